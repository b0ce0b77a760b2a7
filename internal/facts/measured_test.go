package facts_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/measured"
)

// The tables that we wrote by hand agree with the reference list of facts.
func TestTablesAgreeWithReferenceFacts(t *testing.T) {
	text, err := os.ReadFile(measured.Path(t, "reference/facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference struct {
		Macros     map[string][]facts.MacroRule `json:"macros"`
		MacrosIPv6 map[string][]facts.MacroRule `json:"macros_ipv6"`
		ICMP       map[string]string            `json:"icmp_types"`
		ICMPv6     map[string]string            `json:"icmpv6_types"`
	}
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	for _, m := range facts.Macros() {
		if got, want := render(m.V4), render(reference.Macros[m.Name]); got != want {
			t.Errorf("%s: %s, want %s", m.Name, got, want)
		}
		if got, want := render(m.V6), render(reference.MacrosIPv6[m.Name]); got != want {
			t.Errorf("%s for IPv6: %s, want %s", m.Name, got, want)
		}
	}
	compareICMP(t, reference.ICMP, false)
	compareICMP(t, reference.ICMPv6, true)
}

func compareICMP(t *testing.T, want map[string]string, v6 bool) {
	t.Helper()
	for name, number := range want {
		got, ok := facts.ICMPTypeByName(name, v6)
		text := fmt.Sprint(got.Type)
		if got.Code >= 0 {
			text += fmt.Sprint("/", got.Code)
		}
		if got.Any {
			text = "any"
		}
		if !ok || text != number {
			t.Errorf("%s (IPv6 %v) is %s, want %s", name, v6, text, number)
		}
	}
	if n := len(facts.ICMPTypeNames(v6)); n != len(want) {
		t.Errorf("%d names (IPv6 %v), want %d", n, v6, len(want))
	}
}

var (
	refusedOption = regexp.MustCompile(`^(\S+)\.fw \(line \d+\): can't parse option '(\w+):\s*(.*?)\s*'$`)
	refusedProto  = regexp.MustCompile(`^  proto: unknown protocol '(.*)'$`)
	ruleProto     = regexp.MustCompile(` --?p(?:roto)? (\S+)`)
)

// Whatever the daemon could not parse as an option, Parse refuses too, with the
// complaint that has no text of its own.
func TestRefusedOptionsAreRefused(t *testing.T) {
	n := 0
	for _, record := range records(t, "files.jsonl") {
		for _, warning := range record.Warnings {
			if m := refusedOption.FindStringSubmatch(warning); m != nil {
				n++
				checkRefused(t, warning, m[1], m[2], m[3])
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d refused options in the records", n)
	}
}

func checkRefused(t *testing.T, warning, file, name, value string) {
	t.Helper()
	env := facts.VM
	switch file {
	case "cluster":
		env = facts.Cluster
	case "host":
		env = facts.Host
	}
	o, ok := facts.OptionIn(env, name)
	if !ok {
		return
	}
	if _, complaint, ok := o.Parse(value); ok || complaint != "" {
		t.Errorf("accepted (%v) or complained %q: %s", ok, complaint, warning)
	}
}

func TestProtocolsAreThoseOfTheMeasuredLines(t *testing.T) {
	n := 0
	for _, record := range records(t, "lines.jsonl") {
		match := ruleProto.FindAllStringSubmatch(record.Line, -1)
		if len(match) != 1 || record.Parsed == nil || strings.Contains(record.Line, "#") {
			continue
		}
		n++
		refused := false
		for _, warning := range record.Warnings {
			refused = refused || refusedProto.MatchString(warning)
		}
		if _, ok := facts.ProtocolByText(match[0][1]); ok == refused && match[0][1] != "0" {
			t.Errorf("%q: known %v, daemon refused %v", record.Line, ok, refused)
		}
	}
	if n < 500 {
		t.Errorf("only %d rules with a protocol in the records", n)
	}
}

type record struct {
	Line     string         `json:"line"`
	Warnings texts          `json:"warnings"`
	Parsed   map[string]any `json:"parsed"`
}

// texts is a list in lines.jsonl and one text of many lines in files.jsonl.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var whole string
	if json.Unmarshal(data, &whole) == nil {
		*t = strings.Split(whole, "\n")
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

func records(t *testing.T, name string) []record {
	t.Helper()
	file, err := os.Open(filepath.Join(measured.Path(t, "conformance"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []record
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
