package grammar

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/source"
)

func none(Line) bool { return false }

// checkHouseForm: every line of the house form reads as before, and the house form
// has a house form of its own, itself.
func checkHouseForm(t interface {
	Fatalf(format string, args ...any)
}, data []byte) {
	for _, env := range envs {
		f, _ := Parse(source.NewFile("x.fw", data), env)
		out := Format(f, none)
		again, _ := Parse(source.NewFile("x.fw", out), env)
		if got, want := readings(again), readings(f); got != want {
			t.Fatalf("%q became %q, which reads as\n%s\nnot as\n%s", data, out, got, want)
		}
		if twice := Format(again, none); string(twice) != string(out) {
			t.Fatalf("%q became %q and then %q", data, out, twice)
		}
		if all := Format(f, func(Line) bool { return true }); !sameLines(all, data) {
			t.Fatalf("%q became %q although all lines were to be kept", data, all)
		}
	}
}

func readings(f *File) string {
	var b strings.Builder
	for _, l := range f.Lines {
		if text := f.reading(l); text != "" {
			b.WriteString(text + "\n")
		}
	}
	return b.String()
}

// sameLines compares the lines that are not blank.
func sameLines(a, b []byte) bool {
	split := func(text []byte) string {
		var kept []string
		for line := range strings.SplitSeq(string(text), "\n") {
			if strings.Trim(strings.ReplaceAll(line, "\xA0", ""), " \t\r\v\f") != "" {
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "\n")
	}
	return split(a) == split(b)
}

func TestHouseFormLaws(t *testing.T) {
	for _, s := range seeds {
		checkHouseForm(t, []byte(s))
		checkHouseForm(t, []byte(strings.ReplaceAll(s, "\n", "\r\n")))
	}
	pieces := []string{" ", "\t", "\r", "\n", "\n", "  ", "#", " # ", "|", "!", "\xA0", "à", "\x00", "x", "0", "-log info", "-p tcp"}
	for _, s := range seeds {
		pieces = append(pieces, strings.SplitAfter(s, "\n")...)
	}
	rapid.Check(t, func(t *rapid.T) {
		checkHouseForm(t, []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "pieces"), "")))
	})
}

func TestHouseForm(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"0", "0"},
		{" \n\n", "\n"},
		{"# a\n\n\n# b", "# a\n\n# b\n"},
		{"[OPTIONS]\n\n\n# of rules\n[RULES]", "[OPTIONS]\n\n# of rules\n[RULES]\n"},
		{"[OPTIONS]\na:1\nlong_name:\t2\n\nb: 3", "[OPTIONS]\n\na:         1\nlong_name: 2\n\nb: 3\n"},
		{"[ALIASES]\na\t1.2.3.4#x\nlonger 10.0.0.0/8   #  y", "[ALIASES]\n\na 1.2.3.4         # x\nlonger 10.0.0.0/8 # y\n"},
		{"[ALIASES]\na  1.2.3.4 # two blanks", "[ALIASES]\n\na  1.2.3.4 # two blanks\n"},
		{"[RULES]\nin  DROP -p udp -log  info", "[RULES]\n\nin  DROP -p udp -log  info\n"},
		{"[RULES]\nin  DROP --log info-i eth0 -proto tcp --dest a -source b", "[RULES]\n\nIN DROP -i eth0 -source b -dest a -p tcp -log info\n"},
		{"[RULES]\nIN DROP -p tcp  -p udp", "[RULES]\n\nIN DROP -p tcp  -p udp\n"},
		{"[RULES]\nodd  DROP", "[RULES]\n\nodd  DROP\n"},
		{"[RULES]\nIN  DROP # caf\u00e0", "[RULES]\n\nIN  DROP # caf\u00e0\n"},
		{"[RULES]\nIN  DROP # été", "[RULES]\n\nIN DROP # été\n"},
		{"[ipset Web]#c", "[IPSET Web] # c\n"},
	} {
		f, _ := Parse(source.NewFile("x.fw", []byte(c.text)), 0)
		if got := string(Format(f, none)); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}
