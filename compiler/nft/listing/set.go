package listing

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
)

// decode is json.Unmarshal that keeps numbers as they are written.
func decode(body []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	return d.Decode(to)
}

type setObject struct {
	Type    any    `json:"type"` // a word, or a list of words
	Map     string `json:"map"`
	Flags   any    `json:"flags"`
	Size    uint32 `json:"size"`
	Timeout uint32 `json:"timeout"`
	Elem    []any  `json:"elem"`
}

// set reads a named set or map. Which fields it is for beyond their types nobody keeps,
// so the key is of the first fields of those types; see netlink.Normal.
func (r *reading) set(t *table, h *head, body json.RawMessage) error {
	var o setObject
	if err := decode(body, &o); err != nil {
		return err
	}
	s := &nft.Set{Name: h.Name, Verdicts: o.Map == "verdict"}
	for _, word := range words(o.Type) {
		f, known := fieldOfType[word]
		if !known {
			r.strange(Strange{Table: t.Name, Reason: "the set " + h.Name + ", whose type nothing of pvefw has"})
			return nil
		}
		s.Key = append(s.Key, f)
	}
	if len(s.Key) == 0 || o.Map != "" && !s.Verdicts || !setFlags(s, o.Flags) {
		r.strange(Strange{Table: t.Name, Reason: "the set " + h.Name + ", which is of another kind"})
		return nil
	}
	t.sets[h.Name] = s
	t.Sets = append(t.Sets, s)
	if s.Dynamic {
		s.Size, s.Timeout = o.Size, o.Timeout
		return nil // the elements of a dynamic set come from packets
	}
	for _, e := range o.Elem {
		one, ok := elementOf(s.Key, s.Verdicts, e)
		if !ok {
			r.strange(Strange{Table: t.Name, Reason: "an element of the set " + h.Name})
			continue
		}
		s.Elements = append(s.Elements, one)
	}
	slices.SortFunc(s.Elements, nft.CompareElements) // a kernel has them in any order
	return nil
}

// fieldOfType is the first field of each type.
var fieldOfType = nft.FieldsByType()

// setFlags puts the flags into a set and reports whether a program can say them. Of a
// set that packets fill nft 1.0.6 prints the timeout only.
func setFlags(s *nft.Set, flags any) bool {
	for _, word := range words(flags) {
		switch word {
		case "interval":
			s.Interval = true
		case "timeout", "dynamic":
			s.Dynamic = true
		default:
			return false
		}
	}
	return true
}

// elementOf reads an element of a set, or of a map with its verdict. Those that carry
// more, such as a comment or a timeout of their own, are not read.
func elementOf(key []nft.Field, verdicts bool, v any) (nft.Element, bool) {
	e := nft.Element{}
	if verdicts {
		pair, _ := v.([]any)
		if len(pair) != 2 {
			return e, false
		}
		verdict, ok := verdictOf(pair[1])
		if !ok {
			return e, false
		}
		v, e.Verdict = pair[0], verdict
	}
	parts := []any{v}
	if len(key) > 1 {
		parts = list(v, "concat")
	}
	if len(parts) != len(key) {
		return e, false
	}
	for i, part := range parts {
		s, ok := spanOf(key[i], part)
		if !ok {
			return e, false
		}
		e.Key = append(e.Key, s)
	}
	return e, true
}

// setOf reads an anonymous set or map.
func setOf(key []nft.Field, verdicts bool, elements []any) (*nft.Set, bool) {
	s := &nft.Set{Key: key, Verdicts: verdicts}
	for _, v := range elements {
		e, ok := elementOf(key, verdicts, v)
		if !ok {
			return nil, false
		}
		for _, span := range e.Key {
			s.Interval = s.Interval || span.First != span.Last
		}
		s.Elements = append(s.Elements, e)
	}
	slices.SortFunc(s.Elements, nft.CompareElements) // a kernel has them in any order
	return s, len(s.Elements) > 0
}
