package grammar

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
)

// records feeds every line of a file of the shared conformance folder to f, or
// skips the test where that folder is not beside the checkout.
func records(t *testing.T, name string, f func(line []byte)) {
	t.Helper()
	file, err := os.Open(filepath.Join(measured.Path(t, "conformance"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		f(scanner.Bytes())
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
}

// lexical are the texts that the reader's lexer says; everything else in the
// records was said later, about names and values.
var lexical = regexp.MustCompile(`^(unable to parse rule|can't parse option|skip line - no section|security group name too long|ipset name too long|invalid (security group|ipset) name )`)

var numbered = regexp.MustCompile(`(?s)^(\S+) \(line (\d+)\): (.*)$`)

func TestLinesLikeTheReference(t *testing.T) {
	wrong, total, said := 0, 0, 0
	records(t, "lines.jsonl", func(line []byte) {
		var r struct {
			Env, Line string
			Warnings  []string
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, w := range r.Warnings {
			if m := numbered.FindStringSubmatch(w); m != nil && lexical.MatchString(m[3]) {
				want = append(want, m[3])
			}
		}
		got := []string{}
		for _, d := range parseAs(r.Env, "[RULES]\n"+r.Line+"\n") {
			if d.ProxmoxMessage != "" {
				got = append(got, d.ProxmoxMessage)
			}
		}
		total++
		said += len(want)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			wrong++
			t.Errorf("%s %q:\n got %q\nwant %q", r.Env, r.Line, got, want)
		}
	})
	t.Logf("%d of %d lines agree; the reference complains about %d of them", total-wrong, total, said)
}
