package chain

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/ir/packet"
)

// mutation changes one line of a text; it reports false where the line has nothing
// of the kind.
type mutation struct {
	name  string
	apply func(r *rand.Rand, lines []string, i int) ([]string, bool)
}

var mutations = []mutation{
	{"delete", func(_ *rand.Rand, lines []string, i int) ([]string, bool) { return slices.Delete(lines, i, i+1), true }},
	{"swap", func(_ *rand.Rand, lines []string, i int) ([]string, bool) {
		if i+1 == len(lines) || !changeable(lines[i+1]) {
			return nil, false
		}
		lines[i], lines[i+1] = lines[i+1], lines[i]
		return lines, true
	}},
	{"number", replaced(regexp.MustCompile(`\d+`), func(r *rand.Rand, text string) string {
		n, _ := strconv.ParseUint(text, 10, 64)
		return strconv.FormatUint(n+1+uint64(r.IntN(3)), 10)
	})},
	{"target", replaced(regexp.MustCompile(`-[jg] \S+`), func(r *rand.Rand, _ string) string {
		return pick(r, []string{"-j ACCEPT", "-j DROP", "-j RETURN", "-j PVEFW-reject", "-g PVEFW-SET-ACCEPT-MARK", "-j PVEFW-Drop"})
	})},
	{"goto", replaced(regexp.MustCompile(`-g `), func(*rand.Rand, string) string { return "-j " })},
	{"protocol", replaced(regexp.MustCompile(`-p \S+`), func(r *rand.Rand, _ string) string { return "-p " + pick(r, []string{"tcp", "udp", "sctp"}) })},
	{"negation", replaced(regexp.MustCompile(` (! )?(--?(s|d|p|i|o|dport|mark|match-set|ctstate|mac-source|physdev-in|physdev-out|dst-type|tcp-flags)) `),
		func(_ *rand.Rand, text string) string {
			if strings.HasPrefix(text, " ! ") {
				return text[2:]
			}
			return " !" + text
		})},
	{"test", replaced(regexp.MustCompile(`(-[sdpio]|--[sd]port|-m set --match-set|-m mac ! --mac-source|-m mark --mark) \S+( src| dst)? `), func(*rand.Rand, string) string { return "" })},
	{"end", replaced(regexp.MustCompile(` src| dst|-s |-d |--sport|--dport`), func(_ *rand.Rand, text string) string {
		return map[string]string{" src": " dst", " dst": " src", "-s ": "-d ", "-d ": "-s ", "--sport": "--dport", "--dport": "--sport"}[text]
	})},
	{"mark", replaced(regexp.MustCompile(`0x80000000/|0x00000000/`), func(_ *rand.Rand, text string) string {
		return map[string]string{"0x80000000/": "0x00000000/", "0x00000000/": "0x80000000/"}[text]
	})},
	{"nomatch", replaced(regexp.MustCompile(` nomatch|$`), func(_ *rand.Rand, text string) string {
		return map[string]string{"": " nomatch", " nomatch": ""}[text]
	})},
	{"answer", replaced(regexp.MustCompile(`--reject-with \S+`), func(*rand.Rand, string) string { return "--reject-with icmp-net-prohibited" })},
	{"log", replaced(regexp.MustCompile(`REJECT: |DROP: |ACCEPT: |RETURN: `), func(*rand.Rand, string) string { return "LOST: " })},
}

// replaced changes one of the places that an expression finds.
func replaced(what *regexp.Regexp, by func(*rand.Rand, string) string) func(*rand.Rand, []string, int) ([]string, bool) {
	return func(r *rand.Rand, lines []string, i int) ([]string, bool) {
		places := what.FindAllStringIndex(lines[i], -1)
		if len(places) == 0 {
			return nil, false
		}
		at := pick(r, places)
		was := lines[i]
		lines[i] = was[:at[0]] + by(r, was[at[0]:at[1]]) + was[at[1]:]
		return lines, lines[i] != was
	}
}

// changeable lines are rules and members of sets.
func changeable(line string) bool {
	return strings.HasPrefix(line, "-A ") && !strings.Contains(line, signaturePrefix) || strings.HasPrefix(line, "add ")
}

// mutate changes a line of one of the three texts by chance.
func mutate(r *rand.Rand, texts Texts) (changed Texts, what, line string) {
	for {
		changed = texts
		text := pick(r, []*string{&changed.IPTables, &changed.IPTables, &changed.IPTables, &changed.IP6Tables, &changed.IP6Tables, &changed.IPSet})
		lines := strings.Split(*text, "\n")
		i, m := r.IntN(len(lines)), pick(r, mutations)
		if !changeable(lines[i]) || m.name == "nomatch" && !strings.HasPrefix(lines[i], "add ") {
			continue
		}
		line = lines[i]
		if lines, ok := m.apply(r, lines, i); ok {
			*text = strings.Join(lines, "\n")
			return changed, m.name, line
		}
	}
}

// Texts with one line changed are found to differ, with a packet that really gets
// something else; where they are not, no packet of many tells them apart.
func TestMutationsAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	var all []subject
	for _, s := range subjects(t) {
		switch {
		case len(s.policy.Refusals) > 0 || s.policy.Fatal != nil || s.policy.Off:
		case strings.HasPrefix(s.name, "everything"): // where most chains are in use
			all = append(all, slices.Repeat([]subject{s}, 20)...)
		default:
			all = append(all, s)
		}
	}
	found, unknown, same := 0, 0, 0
	for range 400 {
		s := pick(r, all)
		texts, what, line := mutate(r, s.texts)
		report := Prove(texts, s.policy)
		changed := subject{s.name, s.policy, texts}
		switch {
		case len(report.Differences) > 0:
			found++
			confirm(t, changed, report.Differences, what+": "+line)
		case len(report.Unknown) > 0:
			unknown++
		default:
			same++
			if told := toldApart(r, changed); told != "" {
				t.Errorf("%s: %s of %q was proved equal, but %s", s.name, what, line, told)
			}
		}
	}
	t.Logf("%d mutations found, %d left unknown, %d proved equal and not told apart by any packet", found, unknown, same)
	if found < 200 {
		t.Errorf("only %d of 400 mutations were found", found)
	}
}

// toldApart looks for a packet that text and policy treat differently.
func toldApart(r *rand.Rand, s subject) string {
	for _, v := range provings(s.texts, s.policy) {
		e := packet.NewEvaluator(v.policy)
		for _, q := range v.questions() {
			l := newPool(v.family, v.matches(q))
			for range 150 {
				p := l.packet(r)
				if got, want := v.net.Walk(q.at, p), v.fate(e, q, *p); got.Known && q.counts(got.Outcome) != want {
					return q.where + " " + got.Outcome.String() + " is not " + want.String()
				}
			}
		}
	}
	return ""
}

// confirm asks both interpreters about the packets that show differences.
func confirm(t *testing.T, s subject, list []Difference, what string) {
	t.Helper()
	for _, v := range provings(s.texts, s.policy) {
		e := packet.NewEvaluator(v.policy)
		for _, q := range v.questions() {
			for _, d := range list {
				if d.Family != v.family || d.Where != q.where {
					continue
				}
				got, want := v.net.Walk(q.at, d.Packet), v.fate(e, q, *d.Packet)
				if got.Known && q.counts(got.Outcome) == want && !effectDiffers(d, got) {
					t.Errorf("%s: %s: %s is no difference: both say %s", s.name, what, d, want)
				}
			}
		}
	}
}

// effectDiffers reports whether the difference is about an effect that the packet
// has or lacks by the text, as it says.
func effectDiffers(d Difference, f Fate) bool {
	const none = "nothing of the kind"
	has := func(what string) bool {
		return slices.ContainsFunc(f.Effects, func(e string) bool { return spoken(e) == what })
	}
	return d.Policy == none && has(d.Text) || d.Text == none && !has(d.Policy)
}
