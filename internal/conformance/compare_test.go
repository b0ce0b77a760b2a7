package conformance

import (
	"fmt"
	"regexp"
	"strings"
)

// score counts agreements. Total is the size of the union of what was expected
// and what we said, so that saying too much costs as much as saying too little.
type score struct {
	Agree, Total int
	Differ       []string // the first few differences, for people
}

func (s *score) add(ok bool, format string, args ...any) {
	s.Total++
	if ok {
		s.Agree++
		return
	}
	if len(s.Differ) < 200 {
		s.Differ = append(s.Differ, fmt.Sprintf(format, args...))
	}
}

func (s *score) percent() float64 {
	if s.Total == 0 {
		return 0
	}
	return 100 * float64(s.Agree) / float64(s.Total)
}

// compareBags counts every element of the multiset union once.
func (s *score) compareBags(where string, want, got []string) {
	count := map[string]int{}
	for _, w := range want {
		count[w]++
	}
	for _, g := range got {
		if count[g] > 0 {
			count[g]--
			s.add(true, "")
			continue
		}
		s.add(false, "%s: only we say: %s", where, g)
	}
	for _, w := range want {
		if count[w] > 0 {
			count[w]--
			s.add(false, "%s: not said: %s", where, w)
		}
	}
}

// compareMaps counts every key of the union once; values must be identical.
func (s *score) compareMaps(where string, want, got map[string]string) {
	for name, w := range want {
		g, ok := got[name]
		switch {
		case !ok:
			s.add(false, "%s: %s is missing", where, name)
		default:
			s.add(g == w, "%s: %s differs:\n%s", where, name, firstDifference(w, g))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			s.add(false, "%s: %s is too much", where, name)
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < len(w) || i < len(g); i++ {
		a, b := at(w, i), at(g, i)
		if a != b {
			return "    want " + a + "\n    got  " + b
		}
	}
	return ""
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// splitMessages cuts the daemon's output into messages: a line and the indented
// parameter lines below it.
func splitMessages(text string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		switch {
		case line == "":
		case strings.HasPrefix(line, "  ") && len(out) > 0:
			out[len(out)-1] += "\n" + line
		default:
			out = append(out, line)
		}
	}
	return out
}

// chains cuts an iptables or ebtables text into its chains: everything that
// names the chain, in order, is one text. Hooks and tables are chains of their
// own.
func chains(text string) map[string]string {
	out := map[string]string{}
	table := ""
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		switch {
		case line == "":
		case line[0] == '*':
			table = line[1:]
			out[table] += line + "\n"
		case line[0] == ':':
			out[table+" "+fields[0][1:]] += line + "\n"
		case len(fields) > 1 && strings.HasPrefix(fields[0], "-"):
			out[table+" "+fields[1]] += line + "\n"
		default:
			out[table] += line + "\n"
		}
	}
	return out
}

// sets cuts an ipset text into its sets.
func sets(text string) map[string]string {
	out := map[string]string{}
	for _, line := range strings.Split(text, "\n") {
		if fields := strings.Fields(line); len(fields) > 1 {
			out[fields[1]] += line + "\n"
		}
	}
	return out
}

var signature = regexp.MustCompile(`^-A \S+ -m comment --comment "PVESIG:`)

// addedRules lists the rules of changed that base does not have, and those it
// lost, both without signatures; a rule that stands twice counts twice.
func addedRules(base, changed string) (added, missing []string) {
	count := map[string]int{}
	for _, r := range rules(base) {
		count[r]++
	}
	for _, r := range rules(changed) {
		if count[r] > 0 {
			count[r]--
			continue
		}
		added = append(added, r)
	}
	for _, r := range rules(base) {
		if count[r] > 0 {
			count[r]--
			missing = append(missing, r)
		}
	}
	return added, missing
}

func rules(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "-A ") && !signature.MatchString(line) {
			out = append(out, line)
		}
	}
	return out
}
