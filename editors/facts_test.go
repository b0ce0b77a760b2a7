package editors

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/facts"
)

// place is where a file of an editor lists words: the group of the pattern.
type place struct {
	pattern string
	words   []string
}

// syntax is one file with lists of words and how it writes them.
type syntax struct {
	file      string
	escape    func(string) string
	separator string
	places    []place
}

// syntaxes are all of them; whoever adds a list to a file adds a row here.
func syntaxes() []syntax {
	return []syntax{{
		file: "vscode/syntaxes/pve-firewall.tmLanguage.json", escape: escapeJSON, separator: "|",
		places: []place{
			{`\(\(\?i:([^()]*)\)\)\(:\)"`, options()},
			{`\(\?i:([^()]*)\)\(\?!\[\^\\\\s\]\)", "name": "constant\.language\.log-level`, facts.LogLevels()},
			{`\(\?i:([^()]*)\)[^ ]* "name": "support\.constant\.helper`, helpers()},
			{`\(\(\?i:([^()]*)\)\)\|\[\^\\\\s#\(\]\+\)`, macros()},
			{`--\?proto\) \(\?:\(([^()]*)\)`, facts.ProtocolNames()},
			{`--\?log\) \(\?:\(([^()]*)\)`, facts.LogLevels()},
			{`--\?icmp-type\) \(\?:\(([^()]*)\)`, icmpTypes()},
		},
	}, {
		file: "vim/syntax/pvefw.vim", escape: asIs, separator: `\|`,
		places: []place{
			{`(?m)^syn match pvefwOption /[^(]*\\%\((.*?)\\\)`, options()},
			{`(?m)^syn match pvefwLevel /[^(]*\\%\((.*?)\\\)`, facts.LogLevels()},
			{`(?m)^syn match pvefwHelper /[^(]*\\%\((.*?)\\\)`, helpers()},
		},
	}, {
		file: "vim/syntax/pvefw.vim", escape: asIs, separator: " ",
		places: []place{
			{`(?m)^syn keyword pvefwMacro contained (.*)$`, macros()},
			{`(?m)^syn keyword pvefwProtocol contained (.*)$`, facts.ProtocolNames()},
			{`(?m)^syn keyword pvefwICMPType contained (.*)$`, icmpTypes()},
		},
	}, {
		file: "emacs/pvefw-mode.el", escape: func(s string) string { return `"` + s + `"` }, separator: " ",
		places: []place{
			{`defconst pvefw-options\s+'\(([^()]*)\)`, options()},
			{`defconst pvefw-log-levels\s+'\(([^()]*)\)`, facts.LogLevels()},
			{`defconst pvefw-helpers\s+'\(([^()]*)\)`, helpers()},
			{`defconst pvefw-macros\s+'\(([^()]*)\)`, macros()},
			{`defconst pvefw-protocols\s+'\(([^()]*)\)`, facts.ProtocolNames()},
			{`defconst pvefw-icmp-types\s+'\(([^()]*)\)`, icmpTypes()},
		},
	}}
}

// TestWordsAreThoseOfTheFacts compares every list of words in the editors' files
// with internal/facts; PVEFW_UPDATE=1 writes them.
func TestWordsAreThoseOfTheFacts(t *testing.T) {
	for _, s := range syntaxes() {
		old, err := os.ReadFile(filepath.FromSlash(s.file))
		if err != nil {
			t.Fatal(err)
		}
		text := string(old)
		for _, p := range s.places {
			text = s.fill(t, text, p)
		}
		switch {
		case text == string(old):
		case os.Getenv("PVEFW_UPDATE") != "":
			if err := os.WriteFile(filepath.FromSlash(s.file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s (-is +ought); run PVEFW_UPDATE=1 go test ./editors:\n%s", s.file, cmp.Diff(string(old), text))
		}
	}
}

// fill puts the words into the one place of the text that the pattern names.
func (s syntax) fill(t *testing.T, text string, p place) string {
	t.Helper()
	found := regexp.MustCompile(p.pattern).FindAllStringSubmatchIndex(text, -1)
	if len(found) != 1 {
		t.Fatalf("%s: %d places match %s, want 1", s.file, len(found), p.pattern)
	}
	words := slices.Clone(p.words)
	for i, w := range words {
		words[i] = s.escape(w)
	}
	return text[:found[0][2]] + strings.Join(words, s.separator) + text[found[0][3]:]
}

func options() []string {
	var names []string
	for _, o := range facts.Options() {
		names = append(names, o.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func macros() []string {
	var names []string
	for _, m := range facts.Macros() {
		names = append(names, m.Name)
	}
	return names
}

func helpers() []string {
	var names []string
	for _, h := range facts.Helpers() {
		names = append(names, h.Name)
	}
	return names
}

func icmpTypes() []string {
	names := append(facts.ICMPTypeNames(false), facts.ICMPTypeNames(true)...)
	slices.Sort(names)
	return slices.Compact(names)
}

func escapeJSON(word string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(word), `\`, `\\`)
}

func asIs(word string) string { return word }
