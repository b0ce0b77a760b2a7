package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
)

// everyWay asks about all ends of a node in all ways that tests can ask.
const everyWay = `tests:
  - name: deny
    deny: {from: [outside, vmbr1/x, guests, host], to: [host, guests]}
  - name: allow
    allow: {from: [outside, vmbr1/x, guests, host], to: [host, guests], service: [SSH, HTTPS, DNS]}
  - name: reject
    reject: {from: [outside, guests, host], to: [host, guests, outside], service: [tcp/23]}
  - name: some
    some: true
    deny: {from: [outside, guests, host], to: [host, guests, outside], service: [tcp/80, Ping]}
  - name: other states
    deny: {from: guests, to: [host, guests], state: [invalid, untracked, related]}
  - name: spoof
    spoof-proof: guests
  - name: wide
    allow: {from: guests, to: host, service: [tcp/1-65535, udp]}
`

// Proofs and walks agree about every measured configuration: where they do not, a
// test is unknown and says so.
func TestProofsAgreeWithWalks(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(measured.Path(t, "conformance/cases"), "*", "config"))
	if err != nil || len(cases) < 10 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	file := filepath.Join(t.TempDir(), "every.yaml")
	if err := os.WriteFile(file, []byte(everyWay), 0o644); err != nil {
		t.Fatal(err)
	}
	proved := 0
	for _, c := range cases {
		for _, semantics := range []string{"reference", "intended"} {
			var out, errs bytes.Buffer
			code := Main([]string{"verify", "--semantics", semantics, "--tests", file, c}, Streams{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
			if code > exitFindings || strings.Contains(out.String(), "disagree") {
				t.Errorf("%s under %s: exit %d\n%s%s", filepath.Base(filepath.Dir(c)), semantics, code, out.String(), errs.String())
			}
			proved += strings.Count(out.String(), "\nholds ") + strings.Count(out.String(), "\nfails ")
		}
	}
	if proved < 6*len(cases) {
		t.Errorf("only %d of %d tests are proved or refuted", proved, 14*len(cases))
	}
}
