package rego

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/policies"
)

// sample holds something of everything that documents can tell.
const sample = on + "[ALIASES]\nlan 192.0.2.0/24 # office\n[IPSET web] # servers\n192.0.2.8\n! 192.0.2.9\n[RULES]\n" +
	"IN SSH(ACCEPT) -source +management -dest 2001:db8::1 -i vmbr0 -log info # why\nIN ACCEPT -p icmp -icmp-type echo-request\nGROUP shared\n" +
	"IN ACCEPT -p tcp -dport 80,443 -sport 1024:65535 -source dc/lan\n[group shared] # both\nIN HTTP(ACCEPT)\nIN HTTP(ACCEPT)\n" +
	"-- host.fw --\n[OPTIONS]\nenable: 1\n[RULES]\nOUT DROP -p udp -dport 53\n" +
	"-- 100.fw --\n[OPTIONS]\nenable: 1\n[RULES]\nIN HTTP(ACCEPT)\nGROUP shared -i net0\n-- 100.conf --\nname: web\ntags: a;b\n" +
	"net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=5\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr0,link_down=1\nipconfig0: ip=192.0.2.8/24,gw=192.0.2.1\n"

// documents are those of all units of a kind, of the sample and of the examples of
// the policies.
func documents(t *testing.T, kind unitKind) []object {
	texts := []string{sample}
	for _, p := range builtin(t).policies {
		texts = append(texts, p.bad, p.good)
	}
	var out []object
	for _, text := range texts {
		cfg, _ := config.Resolve(input(text))
		for u := range newWorld(cfg).units(kind) {
			doc, _ := u.document(fields{all: true})
			out = append(out, doc)
		}
	}
	return out
}

// Invariant: the schemas describe the documents, no key more and none less.
func TestSchemasDescribeTheDocuments(t *testing.T) {
	for _, unit := range []unitKind{ruleUnit, guestUnit, nodeUnit, fileUnit, clusterUnit} {
		file := "schema/" + string(unit) + ".json"
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var old map[string]any
		if err := json.Unmarshal(text, &old); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		made := map[string]any{}
		for _, doc := range documents(t, unit) {
			made = either(made, schemaOf(map[string]any(doc)))
		}
		keepWords(made, old)
		made["$schema"] = "http://json-schema.org/draft-07/schema#"
		made["title"] = "The input of policies with unit: " + string(unit)
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(made); err != nil {
			t.Fatal(err)
		}
		if os.Getenv("PVEFW_UPDATE") != "" {
			if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if d := cmp.Diff(want.String(), string(text)); d != "" {
			t.Errorf("%s is not what the documents are; PVEFW_UPDATE=1 go test ./lint/rego -run Schemas writes it (-want +got):\n%s", file, d)
		}
	}
}

func schemaOf(v any) map[string]any {
	switch v := v.(type) {
	case string:
		return map[string]any{"type": "string"}
	case bool:
		return map[string]any{"type": "boolean"}
	case int, int64, uint16:
		return map[string]any{"type": "integer"}
	case []any:
		items := map[string]any{}
		for _, item := range v {
			items = either(items, schemaOf(item))
		}
		return map[string]any{"type": "array", "items": items}
	case map[string]any:
		properties := map[string]any{}
		for key, value := range v {
			properties[key] = schemaOf(value)
			if key == "options" {
				properties[key] = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
			}
		}
		return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	}
	return map[string]any{}
}

// either is a schema for what a or b describes; an empty one describes nothing yet.
func either(a, b map[string]any) map[string]any {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0 || a["type"] != b["type"]:
		return a
	}
	out := maps.Clone(a)
	if items, ok := a["items"].(map[string]any); ok {
		out["items"] = either(items, b["items"].(map[string]any))
	}
	if properties, ok := a["properties"].(map[string]any); ok {
		all := maps.Clone(properties)
		for key, value := range b["properties"].(map[string]any) {
			known, _ := all[key].(map[string]any)
			all[key] = either(known, value.(map[string]any))
		}
		out["properties"] = all
	}
	return out
}

// keepWords takes the descriptions of an old schema over.
func keepWords(made, old map[string]any) {
	if text, ok := old["description"]; ok {
		made["description"] = text
	}
	for _, key := range []string{"items", "properties"} {
		a, _ := made[key].(map[string]any)
		b, _ := old[key].(map[string]any)
		if key == "items" {
			if a != nil {
				keepWords(a, b)
			}
			continue
		}
		for name, value := range a {
			known, _ := b[name].(map[string]any)
			keepWords(value.(map[string]any), known)
		}
	}
}

// A key that no document has is refused where the policy is compiled.
func TestMisspeltKeysAreRefused(t *testing.T) {
	for body, want := range map[string]string{
		`report contains {"message": "m"} if input.facts.on_hots`:                               `some-code.rego:9:37: input.facts has no key "on_hots"; did you mean on_host?`,
		`report contains {"message": "m"} if input.fact.on_host`:                                `input has no key "fact"; did you mean facts?`,
		`report contains {"message": "m"} if input.owner.nics[_].fire`:                          `has no key "fire"`,
		`report contains {"message": "m"} if input.rules[0].id`:                                 `input has no key "rules"; did you mean rule?`,
		"report contains {\"message\": m} if {\n\tsome n in input.owner.nics\n\tm := n.naem\n}": `has no key "naem"; did you mean name?`,
	} {
		_, err := New(one(body))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
	for _, body := range []string{
		`report contains {"message": "m"} if input.owner.options.enable == "1"`,
		`report contains {"message": "m"} if input.rule.resolved.source[_].first == "192.0.2.1"`,
	} {
		if _, err := New(one(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// The policies that come with pvefw are not checked at every start; here they are.
func TestBuiltinPoliciesKeepToTheSchemas(t *testing.T) {
	e := builtin(t)
	e.readGates()
	strict, err := New(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(strict.policies) != len(e.policies) {
		t.Fatalf("%d policies of %d", len(strict.policies), len(e.policies))
	}
	for i, p := range e.policies {
		full := strict.policies[slices.IndexFunc(strict.policies, func(o *policy) bool { return o.rule.Code == p.rule.Code })]
		if d := cmp.Diff(*full.rule, *p.rule); d != "" {
			t.Errorf("%s: readHeader reads otherwise than OPA (-OPA +readHeader):\n%s", p.file, d)
		}
		if full.unit != p.unit || full.effect != p.effect || full.bad != p.bad || full.good != p.good {
			t.Errorf("%s: readHeader reads otherwise than OPA", p.file)
		}
		checkGate(t, p, full.gate.alternatives)
		if i > 0 && p.file <= e.policies[i-1].file {
			t.Errorf("%s is out of order", p.file)
		}
	}
}

// checkGate wants every condition that readGate found among those that gateOf
// found in the same alternative.
func checkGate(t *testing.T, p *policy, full [][]condition) {
	if len(p.gate.alternatives) > 0 && len(p.gate.alternatives) != len(full) {
		t.Errorf("%s: readGate finds %d alternatives, gateOf %d", p.file, len(p.gate.alternatives), len(full))
		return
	}
	for i, all := range p.gate.alternatives {
		for _, c := range all {
			if !slices.Contains(full[i], c) {
				t.Errorf("%s: %+v is no condition", p.file, c)
			}
		}
	}
}
