package load

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/pvefw/pvefw/internal/source"
)

type schemaNode struct {
	Ref        string                 `json:"$ref"`
	Properties map[string]*schemaNode `json:"properties"`
	Defs       map[string]*schemaNode `json:"$defs"`
	Additional any                    `json:"additionalProperties"`
}

// The schema knows the keys that the reader knows, mapping for mapping.
func TestSchemaHasTheKeysOfTheReader(t *testing.T) {
	var root schemaNode
	if err := json.Unmarshal([]byte(Schema()), &root); err != nil {
		t.Fatal(err)
	}
	for def, text := range map[string]string{
		"":          "%: 0\n",
		"namedNode": "node: {%: 0}\n",
		"node":      "nodes: {a: {%: 0}}\n",
		"lint":      "lint: {%: 0}\n",
		"selection": "lint: {disable: [{%: 0}]}\n",
		"ignore":    "lint: {ignores: [{%: 0}]}\n",
	} {
		n := &root
		if def != "" {
			n = root.Defs[def]
		}
		if n.Additional != false {
			t.Errorf("%q takes any key", def)
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(n.Properties)), readerKeys(t, text)); diff != "" {
			t.Errorf("%q (-schema +reader):\n%s", def, diff)
		}
	}
}

var knows = regexp.MustCompile(`it knows ([a-z_, ]+)$`)

// readerKeys asks the reader which keys it knows in place of the %.
func readerKeys(t *testing.T, text string) []string {
	t.Helper()
	_, err := parseText(strings.Replace(text, "%", "zzzzzzzzzzzzzzzz", 1))
	if err == nil {
		t.Fatalf("%q: a key that cannot be known is taken", text)
	}
	m := knows.FindStringSubmatch(err.Error())
	if m == nil {
		t.Fatalf("%q: %v", text, err)
	}
	return strings.Split(m[1], ", ")
}

// allKeys is a settings file with everything in it.
const allKeys = `version: 1
node: {name: pve1, address: 192.0.2.1, addresses: [192.0.2.1], local_network: 192.0.2.0/24, altnames: {lan0: eth0}}
nodes:
  pve2: {address: 192.0.2.2}
admin_networks: [198.51.100.0/24]
lint:
  dialect: both
  fail_level: warning
  severity: {style: info, alias-unknown: warning}
  disable: [style, {code: [a, b], path: "lab/**"}, {object: group web}]
  enable: [not-canonical]
  policies: policies
  baseline: known.json
  ignores:
  - {code: x, path: firewall/100.fw, object: 100, reason: because, expires: 2027-01-31}
`

func TestEveryKeyIsRead(t *testing.T) {
	s, err := parseText(allKeys)
	if err != nil {
		t.Fatal(err)
	}
	l := &s.Lint
	for what, ok := range map[string]bool{
		"dialect":    l.Dialect.Text == "both",
		"fail_level": l.FailLevel.Text == "warning",
		"severity":   len(l.Severity) == 2,
		"disable":    len(l.Disable) == 3 && len(l.Disable[1].Selector.Codes) == 2 && l.Disable[2].Objects[0].String() == "group web",
		"enable":     len(l.Enable) == 1,
		"policies":   slices.Equal(s.PolicyPaths(), []string{"/dir/policies"}),
		"baseline":   l.Baseline.Text == "known.json",
		"ignores":    len(l.Ignores) == 1 && l.Ignores[0].Objects[0].String() == "guest 100" && l.Ignores[0].Expires.Month() == 1,
		"words":      len(l.Words()) == 7,
		"places":     s.Places["lint.fail_level"].String() == "F:8:3",
	} {
		if !ok {
			t.Errorf("%s is not read: %+v", what, l)
		}
	}
}

// FuzzSettings: no text makes the reader panic, and every complaint has a place
// in the file.
func FuzzSettings(f *testing.F) {
	f.Add(allKeys)
	f.Add("a: &x [*x]\n")
	f.Add("? [1]\n: 2\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, file := new(Settings), source.NewFile("F", []byte(text))
		if err := s.parse(file, "/"); err == nil {
			return
		} else if e := err.(*Error); len(e.Found) == 0 || !e.Usage {
			t.Fatalf("%q: %v", text, err)
		} else {
			for _, d := range e.Found {
				if d.Span.File != file || int(d.Span.End) > len(text) || d.Span.Start > d.Span.End {
					t.Fatalf("%q: %v is out of the file", text, d.Span)
				}
			}
		}
	})
}

// A file of YAML that people would not write is refused without effort.
func TestNestedSettings(t *testing.T) {
	var n yaml.Node
	deep := strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000)
	if yaml.Unmarshal([]byte(deep), &n) != nil {
		t.Skip("the YAML library itself refuses this depth")
	}
	if _, err := parseText(deep); err == nil {
		t.Error("taken")
	}
}
