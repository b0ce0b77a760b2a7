package packet

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Keys are the fields of a query in the order in which they are explained.
func Keys() []string {
	return []string{"from", "to", "source", "dest", "proto", "sport", "dport", "icmp_type", "mac", "state"}
}

// ParseQuery reads a query from the fields of a JSON object: values are strings
// or whole numbers, nil and "" mean that a field is not given. Ports may be
// service names; for ICMP dport means the type where icmp_type is not given.
// Zones are looked up later, by Walk. Errors are written for people.
func ParseQuery(fields map[string]any) (Query, error) {
	texts := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(Keys(), key) {
			return Query{}, fmt.Errorf("unknown key %q; known are %s", key, strings.Join(Keys(), ", "))
		}
		text, err := fieldText(fields[key])
		if err != nil {
			return Query{}, fmt.Errorf("%s: %w", key, err)
		}
		texts[key] = strings.TrimSpace(text)
	}
	return parseTexts(texts)
}

// fieldText brings a JSON value to text.
func fieldText(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return strconv.FormatInt(int64(v), 10), nil
		}
	case fmt.Stringer: // json.Number
		return v.String(), nil
	}
	return "", fmt.Errorf("%v is neither a text nor a whole number", value)
}

func parseTexts(texts map[string]string) (Query, error) {
	q := DefaultQuery()
	setText(&q.From, texts["from"])
	setText(&q.To, texts["to"])
	steps := []struct {
		key   string
		parse func(*Query, string) error
	}{
		{"source", func(q *Query, s string) error { return parseAddr(&q.Source, s) }},
		{"dest", func(q *Query, s string) error { return parseAddr(&q.Dest, s) }},
		{"proto", parseProto},
		{"sport", func(q *Query, s string) error { return parsePort(q, &q.SPort, s) }},
		{"icmp_type", parseICMP},
		{"dport", func(q *Query, s string) error { return parseDPort(q, s, texts["icmp_type"] != "") }},
		{"mac", parseMAC},
		{"state", parseState},
	}
	for _, step := range steps {
		if texts[step.key] == "" && step.key != "icmp_type" {
			continue
		}
		if err := step.parse(&q, texts[step.key]); err != nil {
			return Query{}, fmt.Errorf("%s: %w", step.key, err)
		}
	}
	return q, nil
}

func setText(field *string, text string) {
	if text != "" {
		*field = text
	}
}

func parseAddr(field *netip.Addr, text string) error {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return fmt.Errorf("%q is not an IP address", text)
	}
	*field = a.WithZone("")
	return nil
}

func parseProto(q *Query, text string) (err error) {
	var ok bool
	if q.Proto, ok = ReadProtocol(text); !ok {
		err = fmt.Errorf("%q is not a protocol", text)
	}
	return err
}

func (q *Query) isICMP() bool { return q.Proto == protoICMP || q.Proto == protoICMPv6 }

func parseDPort(q *Query, text string, typed bool) error {
	switch {
	case !q.isICMP():
		return parsePort(q, &q.DPort, text)
	case typed:
		return nil
	}
	return parseICMP(q, text)
}

func parsePort(q *Query, field *uint16, text string) (err error) {
	var ok bool
	if *field, ok = ReadPort(text, q.Proto); !ok {
		err = fmt.Errorf("%q is neither a port from 0 to 65535 nor a known service", text)
	}
	return err
}

// parseICMP reads the type of one packet; the empty text is an echo request.
func parseICMP(q *Query, text string) error {
	v6 := q.Proto == protoICMPv6
	if text == "" {
		text = "echo-request"
	}
	t, ok := ReadICMP(text, v6)
	if !ok || t.Any {
		return fmt.Errorf("%q is not an ICMP type of %s", text, map[bool]string{false: "icmp", true: "icmpv6"}[v6])
	}
	q.ICMPType, q.ICMPCode = t.Type, uint8(max(t.Code, 0))
	return nil
}

func parseMAC(q *Query, text string) (err error) {
	var ok bool
	if q.MAC, ok = ReadMAC(text); !ok {
		err = fmt.Errorf("%q is not a MAC address", text)
	}
	return err
}

func parseState(q *Query, text string) (err error) {
	var ok bool
	if q.State, ok = ReadState(text); !ok {
		err = fmt.Errorf("%q is not new, established, related, invalid or untracked", text)
	}
	return err
}
