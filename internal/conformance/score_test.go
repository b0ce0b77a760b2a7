package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir/config"
)

const scoresFile = "../../testdata/conformance.scores"

// TestScoreboard runs every measurement and fails when a score drops below the
// committed one. PVEFW_UPDATE=1 commits higher scores; PVEFW_SCORES=NAME prints
// the differences of the scores whose name contains NAME.
func TestScoreboard(t *testing.T) {
	root := measured.Path(t, "conformance")
	board := scoreboard{}
	for _, r := range readCases(t, root) {
		board.record(t, "cases", r)
	}
	for _, r := range readFiles(t, root) {
		board.record(t, "files", r)
	}
	board.lines(t, root)
	board.dialect(t, root)
	board.effects(t, root)
	report(t, board)
}

// scoreboard holds the scores by name.
type scoreboard map[string]*score

func (b scoreboard) of(name string) *score {
	if b[name] == nil {
		b[name] = &score{}
	}
	return b[name]
}

// record judges one configuration.
func (b scoreboard) record(t *testing.T, kind string, r record) {
	t.Helper()
	c := compile(t, r.Files)
	if r.stable("warnings") {
		b.of(kind+".messages").compareBags(r.Name, splitMessages(r.Warnings), c.messages())
	}
	fatal := strings.HasPrefix(r.Warnings, "FATAL") // the daemon died and stored nothing of cluster.fw
	if r.stable("parse") && !fatal {
		want, got := normal(t, r.Parse), normal(t, config.ParseJSON(c.config, c.node))
		b.of(kind+".parse").compareMaps(r.Name, want, got)
	}
	if fatal { // recorded with empty tables; we emit nothing at all
		b.of(kind+".fatal").add(len(c.texts) == 0, "%s: texts from a config that cannot be compiled", r.Name)
	} else {
		b.of(kind+".chains").compareMaps(r.Name, allChains(r.Texts), allChains(c.texts))
		b.of(kind+".sets").compareMaps(r.Name, sets(r.Texts["ipset"]), sets(c.texts["ipset"]))
		b.of(kind+".ebtables").compareMaps(r.Name, chains(r.Texts["ebtables"]), chains(c.texts["ebtables"]))
	}
	b.loads(kind, r, c)
	b.packets(t, r, c)
}

// allChains joins the chains of both families.
func allChains(texts map[string]string) map[string]string {
	out := map[string]string{}
	for _, family := range []string{"iptables", "ip6tables"} {
		for name, text := range chains(texts[family]) {
			out[family+" "+name] = text
		}
	}
	return out
}

// loads compares the predicted refusals with what the real tools said. A text
// that fails only because an earlier one did is not compared.
func (b scoreboard) loads(kind string, r record, c compiled) {
	refused := map[string]bool{}
	for _, refusal := range c.policy.Refusals {
		refused[refusal.Carrier.String()] = true
	}
	for _, carrier := range carriers {
		complaint, failed := r.Load[carrier]
		if strings.Contains(complaint, "doesn't exist") {
			continue
		}
		b.of(kind+".loads").add(failed == refused[carrier], "%s: %s: tools say %q, predicted %v", r.Name, carrier, complaint, refused[carrier])
	}
}

// lines judges lines.jsonl: one line alone in a fixed context.
func (b scoreboard) lines(t *testing.T, root string) {
	context := lineContext(t, root)
	bases := map[string]compiled{}
	eachJSONL(t, filepath.Join(root, "lines.jsonl"), func(raw []byte) {
		var l lineRecord
		mustJSON(t, raw, &l)
		base, ok := bases[l.Env]
		if !ok {
			base = compileLine(t, context, l.Env, "")
			bases[l.Env] = base
		}
		c := compileLine(t, context, l.Env, l.Line)
		where := l.Env + " " + l.Line
		if !slices.Contains(l.Unstable, "warnings") {
			want := splitMessages(strings.Join(l.Warnings, "\n"))
			b.of("lines.messages").compareBags(where, want, without(c.messages(), base.messages()))
		}
		if !slices.Contains(l.Unstable, "parsed") {
			want, _ := json.Marshal(l.Parsed)
			got := c.storedRule(t, l.Env)
			b.of("lines.parse").add(got == string(want), "%s:\n    want %s\n    got  %s", where, want, got)
		}
		b.lineRules("lines.rules4", where, "iptables", base, c, l.V4, l.V4Missing)
		b.lineRules("lines.rules6", where, "ip6tables", base, c, l.V6, l.V6Missing)
		b.lineLoad(where, l, c)
	})
}

func compileLine(t *testing.T, context map[string]string, env, line string) compiled {
	t.Helper()
	files := maps.Clone(context)
	place(files, env, line)
	return compile(t, files)
}

func (b scoreboard) lineRules(name, where, family string, base, c compiled, want, wantMissing []string) {
	added, missing := addedRules(base.texts[family], c.texts[family])
	ok := slices.Equal(sorted(want), sorted(added)) && slices.Equal(sorted(wantMissing), sorted(missing))
	b.of(name).add(ok, "%s:\n    want %q -%q\n    got  %q -%q", where, want, wantMissing, added, missing)
}

func (b scoreboard) lineLoad(where string, l lineRecord, c compiled) {
	for i, complaint := range []string{l.K4, l.K6} {
		predicted := false
		for _, refusal := range c.policy.Refusals {
			predicted = predicted || refusal.Carrier.String() == carriers[i]
		}
		b.of("lines.loads").add((complaint != "") == predicted, "%s: %s: tools say %q, predicted %v", where, carriers[i], complaint, predicted)
	}
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

func without(list, drop []string) []string {
	var out []string
	drop = slices.Clone(drop)
	for _, s := range list {
		if i := slices.Index(drop, s); i >= 0 {
			drop = slices.Delete(drop, i, i+1)
			continue
		}
		out = append(out, s)
	}
	return out
}

// normal flattens a reader's storage to one JSON text per top-level object and
// member, so that one difference costs one point.
func normal(t *testing.T, v any) map[string]string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	mustJSON(t, raw, &tree)
	out := map[string]string{}
	for top, members := range tree {
		object, ok := members.(map[string]any)
		if !ok || len(object) == 0 {
			continue
		}
		for name, member := range object {
			if empty(member) {
				continue
			}
			text, _ := json.Marshal(member)
			// One stored text ends in a line feed, which no reader is shown.
			out[top+"."+name] = strings.ReplaceAll(string(text), `\n"`, `"`)
		}
	}
	return out
}

func empty(v any) bool {
	value := reflect.ValueOf(v)
	return !value.IsValid() || (value.Kind() == reflect.Map || value.Kind() == reflect.Slice) && value.Len() == 0
}

func report(t *testing.T, board scoreboard) {
	t.Helper()
	committed := readScores(t)
	all := maps.Clone(committed) // other tests keep scores there too
	for _, name := range slices.Sorted(maps.Keys(board)) {
		s := board[name]
		t.Logf("%-16s %6d of %6d  %6.2f %%", name, s.Agree, s.Total, s.percent())
		if old := committed[name]; s.percent() < old.percent()-1e-9 {
			t.Errorf("%s dropped: %d of %d, was %d of %d; first differences:\n%s", name, s.Agree, s.Total, old.Agree, old.Total, strings.Join(s.Differ[:min(5, len(s.Differ))], "\n"))
		}
		if want := os.Getenv("PVEFW_SCORES"); want != "" && strings.Contains(name, want) {
			t.Logf("differences of %s:\n%s", name, strings.Join(s.Differ, "\n"))
		}
		all[name] = *s
	}
	if os.Getenv("PVEFW_UPDATE") == "1" && !t.Failed() {
		var text strings.Builder
		for _, name := range slices.Sorted(maps.Keys(all)) {
			fmt.Fprintf(&text, "%s %d %d\n", name, all[name].Agree, all[name].Total)
		}
		if err := os.WriteFile(scoresFile, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readScores(t *testing.T) map[string]score {
	t.Helper()
	raw, err := os.ReadFile(scoresFile)
	if os.IsNotExist(err) {
		return map[string]score{}
	}
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]score{}
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		var name string
		var s score
		if _, err := fmt.Sscanf(line, "%s %d %d", &name, &s.Agree, &s.Total); err != nil {
			t.Fatalf("%s: %q: %v", scoresFile, line, err)
		}
		out[name] = s
	}
	return out
}
