package grammar

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// bothWays scans a rule line in front of another with both scanners; used tells
// whether the one for usual lines took it.
func bothWays(line string) (usual, careful tokens, used bool) {
	text := []byte(line + "\nIN DROP # c\n")
	whole := Word{0, int32(len(line))}
	s := &scan{text: text, marks: mark(nil, text)}
	careful = s.split((*scan).anyRule, whole)
	s = &scan{text: text, marks: s.marks}
	usual = s.split(func(s *scan) {
		if used = s.usualRule(); !used {
			s.anyRule()
		}
	}, whole)
	return usual, careful, used
}

// TestUsualRulesHaveTheSameTokens: the scanner for usual lines either gives up or
// finds what the careful one finds.
func TestUsualRulesHaveTheSameTokens(t *testing.T) {
	words := []string{"IN", "OUT", "FORWARD", "GROUP", "in", "SSH(ACCEPT)", "(DROP)", "X(REJECT)", "a(b)(DROP)", "SSH(accept)", "DROP",
		"-i", "-p", "--proto", "-source", "-log", "--log", "-icmp-type", "-dport", "-x", "net0", "10.0.0.0/8,10.1.0.0/16,192.168.0.0/24",
		"info", "nolog", "infox", "emerg", "80", "a\x01b", "\x01", "à", "x#y", "#", "# c", "|", "|IN"}
	gaps := []string{" ", " ", " ", " ", " ", " ", "  ", "\t", "\r", " \t", ""}
	took := 0
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SampledFrom([]string{"IN ACCEPT ", "|OUT SSH(DROP) ", "GROUP web ", ""}).Draw(t, "head")
		for range rapid.IntRange(0, 8).Draw(t, "pairs") {
			line += rapid.SampledFrom(words).Draw(t, "word") + rapid.SampledFrom(gaps).Draw(t, "gap")
		}
		if line = strings.Trim(line, " \t"); line == "" {
			return
		}
		got, want, used := bothWays(line)
		if used {
			took++
		}
		if !slices.Equal(got.shape, want.shape) || !slices.Equal(got.starts, want.starts) {
			t.Fatalf("%q: got %v at %v, want %v at %v", line, got.shape, got.starts, want.shape, want.starts)
		}
	})
	if took == 0 {
		t.Error("no line was a usual one")
	}
}

// TestUsualRulesAreTaken: a slip in the conditions of the fast scanner would show
// in nothing but the speed.
func TestUsualRulesAreTaken(t *testing.T) {
	for _, line := range []string{
		"IN SSH(ACCEPT) -i net0 -source +dc/mgmt -log nolog", "|OUT DROP", "GROUP web -i net0 # c", "FORWARD REJECT -log info #",
		"OUT ACCEPT --source 10.0.0.0/24 --dest dc/web -p tcp --dport 80,443 -sport 1024:65535 # ticket", "IN ACCEPT #c",
	} {
		if _, _, used := bothWays(line); !used {
			t.Errorf("%q is scanned the slow way", line)
		}
	}
}

// TestWordTable: a word that shares a place with another would be lost.
func TestWordTable(t *testing.T) {
	for _, word := range []string{"-i", "-p", "-proto", "--proto", "-source", "--source", "-dest", "--dest", "-dport", "--dport", "-sport", "--sport", "-log", "--log"} {
		if got, want := wordKind([]byte(word+" xxxxxxxx"), 0, len(word)), flag([]byte(word)); got != want {
			t.Errorf("%s is %d, want %d", word, got, want)
		}
	}
	for _, level := range levels {
		if got := wordKind([]byte(level+" xxxxxxxx"), 0, len(level)); got != tLevel {
			t.Errorf("%s is no level but %d", level, got)
		}
	}
}

// TestLongRule: tokens of a line are found beyond the reach of two bytes.
func TestLongRule(t *testing.T) {
	long := strings.Repeat("10.0.0.1,", 1<<14) + "10.0.0.1"
	for _, text := range []string{"IN DROP -p tcp # c\n", "IN DROP -source " + long + " -p tcp # c\n", "IN DROP -p tcp -dest " + long + "\n"} {
		f, _ := Parse(source.NewFile("x", []byte("[RULES]\n"+text+text)), facts.VM)
		for _, l := range f.Lines[1:] {
			r, ok := l.(*Rule)
			if !ok {
				t.Fatalf("%.30q is no rule", text)
			}
			words := []string{f.Text(r.Type()), f.Text(r.Action())}
			for _, p := range r.Params() {
				words = append(words, f.Text(p.Flag), f.Text(p.Value))
			}
			got, comment := strings.Join(words, " "), ""
			if r.Comment().Present() {
				comment = " # " + f.Text(r.Comment())
			}
			if got+comment+"\n" != text {
				t.Errorf("%.30q reads as %.30q", text, got)
			}
		}
	}
}
