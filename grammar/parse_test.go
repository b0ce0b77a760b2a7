package grammar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

var envs = map[string]facts.Env{
	"cluster": facts.Cluster, "host": facts.Host, "vm": facts.VM,
	"ct": facts.CT, "vnet": facts.VNet, "group": facts.Group,
}

func parseAs(env, text string) diag.List {
	_, list := parseFile(env, text)
	return list
}

func parseFile(env, text string) (*File, diag.List) {
	e, ok := envs[env]
	if !ok {
		panic("no such environment: " + env)
	}
	return Parse(source.NewFile(env+".fw", []byte(text)), e)
}

// describe prints a line with all its words, in one line.
func describe(f *File, l Line) string {
	var b strings.Builder
	put := func(name string, w Word) {
		if w.Present() {
			fmt.Fprintf(&b, " %s=%q", name, f.Text(w))
		}
	}
	b.WriteString(strings.TrimPrefix(fmt.Sprintf("%T", l), "*grammar."))
	switch l := l.(type) {
	case *Header:
		put("keyword", l.Keyword)
		put("name", l.Name)
		put("comment", l.Comment)
		describeFault(&b, l.Fault)
	case *Option:
		put("name", l.Name)
		put("value", l.Value)
	case *Alias:
		put("name", l.Name)
		put("value", l.Value)
		put("comment", l.Comment)
	case *SetEntry:
		put("nomatch", l.NoMatch())
		put("target", l.Target)
		put("extra", l.Extra())
		put("comment", l.Comment())
	case *Rule:
		put("bar", l.Bar())
		put("type", l.Type())
		put("action", l.Action())
		put("macro", l.Macro())
		put("verdict", l.Verdict())
		for _, p := range l.Params() {
			fmt.Fprintf(&b, " %s(%s)=%q", p.Kind, f.Text(p.Flag), f.Text(p.Value))
		}
		put("comment", l.Comment())
	case *Trivia:
		put("comment", l.Comment())
	case *Bad:
		for _, w := range f.Words(l, len(f.Source.Bytes())) {
			fmt.Fprintf(&b, " %q", f.Text(w))
		}
		put("comment", l.Comment)
		fault := f.Fault(l)
		describeFault(&b, &fault)
	}
	return b.String()
}

func describeFault(b *strings.Builder, fault *Fault) {
	if fault != nil {
		fmt.Fprintf(b, " %s %q", fault.Code, fault.Message)
	}
}

// last parses text and describes its last line.
func last(env, text string) string {
	f, _ := parseFile(env, text)
	return describe(f, f.Lines[len(f.Lines)-1])
}

func checkLines(t *testing.T, env, section string, lines [][2]string) {
	t.Helper()
	for _, c := range lines {
		if diff := cmp.Diff(c[1], last(env, section+c[0])); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", env, c[0], diff)
		}
	}
}

func TestHeaders(t *testing.T) {
	checkLines(t, "cluster", "", [][2]string{
		{"[OPTIONS]", `Header keyword="OPTIONS"`},
		{" [aliases]\t\n", `Header keyword="aliases"`},
		{"[Rules]", `Header keyword="Rules"`},
		{"[group web]", `Header keyword="group" name="web"`},
		{"[GROUP\t\r Web-1]\r", `Header keyword="GROUP" name="Web-1"`},
		{"[group web]#c", `Header keyword="group" name="web" comment="c"`},
		{"[IPSET a_b]  #  two words \r", `Header keyword="IPSET" name="a_b" comment="two words"`},
		{"[IPSET ab] #", `Header keyword="IPSET" name="ab" comment=""`},
		{"[IPSET a]b]", `Header keyword="IPSET" name="a]b" name-invalid "invalid ipset name 'a]b'"`},
		{"[IPSET Set#x]", `Header keyword="IPSET" name="Set#x" name-invalid "invalid ipset name 'set#x'"`},
		{"[group a]#x]", `Header keyword="group" name="a]#x" name-invalid "invalid security group name 'a]#x'"`},
		{"[group x]", `Header keyword="group" name="x" name-invalid "invalid security group name 'x'"`},
		{"[group 123456789012345678]", `Header keyword="group" name="123456789012345678" name-invalid "invalid security group name '123456789012345678'"`},
		{"[group 1234567890123456789]", `Header keyword="group" name="1234567890123456789" name-too-long "security group name too long"`},
		{"[ipset " + strings.Repeat("a", 65) + "]", `Header keyword="ipset" name="` + strings.Repeat("a", 65) + `" name-too-long "ipset name too long"`},
		{"[group a b]", `Bad "[group" "a" "b]" unknown-section "skip line - no section"`},
		{"[group]", `Bad "[group]" unknown-section "skip line - no section"`},
		{"[group  a ]", `Bad "[group" "a" "]" unknown-section "skip line - no section"`},
		{"[group web] c", `Bad "[group" "web]" "c" unknown-section "skip line - no section"`},
		{"[RULES]\r", `Bad "[RULES]" unknown-section "skip line - no section"`},
		{"[RULES] # c", `Bad "[RULES]" comment="c" unknown-section "skip line - no section"`},
		{"[RULES x]", `Bad "[RULES" "x]" unknown-section "skip line - no section"`},
		{"[ RULES]", `Bad "[" "RULES]" unknown-section "skip line - no section"`},
	})
}

func TestSectionsByFile(t *testing.T) {
	for env, want := range map[string]string{
		"cluster": "11111", "vm": "11101", "ct": "11101", "host": "10100", "vnet": "10100",
	} {
		for i, header := range []string{"[OPTIONS]", "[ALIASES]", "[RULES]", "[group ab]", "[IPSET ab]"} {
			f, list := parseFile(env, header)
			_, ok := f.Lines[0].(*Header)
			if ok != (want[i] == '1') {
				t.Errorf("%s in %s: header %v", header, env, ok)
			}
			if !ok && (len(list) != 1 || list[0].Rule.Code != "section-not-allowed-here") {
				t.Errorf("%s in %s: findings %v", header, env, list)
			}
		}
	}
}

func TestUnavailableHeaderIsALineOfTheSectionBefore(t *testing.T) {
	checkLines(t, "host", "[OPTIONS]\n", [][2]string{
		{"[ALIASES]", `Bad "[ALIASES]" section-not-allowed-here "can't parse option '[ALIASES]'"`},
		{"[IPSET a]\n10.0.0.1", `Bad "10.0.0.1" option-unparsable "can't parse option '10.0.0.1'"`},
	})
	checkLines(t, "vm", "[RULES]\n", [][2]string{
		{"[group web]", `Rule type="[group" action="web]" verdict="web]"`},
		{"[web]", `Bad "[web]" unknown-section "unable to parse rule: [web]"`},
	})
	checkLines(t, "vm", "[IPSET ab]\n", [][2]string{{"[group web]", `SetEntry target="[group" extra="web]"`}})
}

func TestNoSection(t *testing.T) {
	checkLines(t, "cluster", "", [][2]string{
		{"x", `Bad "x" line-outside-section "skip line - no section"`},
		{"[group x]\nIN DROP # c", `Bad "IN" "DROP" comment="c" line-outside-section "skip line - no section"`},
		{"[OPTIONS]\n[group x]\nenable: 1", `Bad "enable:" "1" line-outside-section "skip line - no section"`},
		{"\xEF\xBB\xBF[OPTIONS]", `Bad "\ufeff[OPTIONS]" byte-order-mark "skip line - no section"`},
	})
}

func TestTrivia(t *testing.T) {
	for _, section := range []string{"", "[OPTIONS]\n", "[RULES]\n", "[IPSET ab]\n"} {
		checkLines(t, "cluster", section, [][2]string{
			{"\n", "Trivia"}, {" \t\xA0\r\v\f\r\n", "Trivia"}, {"\xA0", "Trivia"},
			{"#", `Trivia comment=""`}, {" \xA0#  a b \r", `Trivia comment="a b"`}, {"##", `Trivia comment="#"`},
		})
	}
}

func TestOptions(t *testing.T) {
	checkLines(t, "cluster", "[OPTIONS]\n", [][2]string{
		{"enable: 1", `Option name="enable" value="1"`},
		{"Policy_In:\t\r DROP \r", `Option name="Policy_In" value="DROP"`},
		{"enable:", `Option name="enable" value=""`},
		{"enable: \r", `Option name="enable" value=""`},
		{"enable: 1 # c", `Option name="enable" value="1 # c"`},
		{"a:b:c", `Option name="a" value="b:c"`},
		{"enable : 1", `Bad "enable" ":" "1" option-unparsable "can't parse option 'enable : 1'"`},
		{": 1", `Bad ":" "1" option-unparsable "can't parse option ': 1'"`},
		{"\renable: 1", `Bad "enable:" "1" option-unparsable "can't parse option '\renable: 1'"`},
		{"[a:b]", `Bad "[a:b]" unknown-section "can't parse option '[a:b]'"`},
	})
}

func TestAliases(t *testing.T) {
	checkLines(t, "cluster", "[ALIASES]\n", [][2]string{
		{"lan 10.0.0.0/8", `Alias name="lan" value="10.0.0.0/8"`},
		{"lan\t10.0.0.0/8", `Alias name="lan" value="10.0.0.0/8"`},
		{"lan\r10.0.0.0/8", `Alias name="lan" value="10.0.0.0/8"`},
		{"lan 10.0.0.1# a # b", `Alias name="lan" value="10.0.0.1" comment="a # b"`},
		{"lan 10.0.0.1 \r # a\r", `Alias name="lan" value="10.0.0.1" comment="a"`},
		{"lan  10.0.0.1", `Bad "lan" "10.0.0.1" alias-malformed ""`},
		{"lan 10.0.0.1 x", `Bad "lan" "10.0.0.1" "x" alias-malformed ""`},
		{"lan 10.0.0.1\r", `Bad "lan" "10.0.0.1" alias-malformed ""`},
		{"lan", `Bad "lan" alias-malformed ""`},
		{"la#n 10.0.0.1", `Bad "la" comment="n 10.0.0.1" alias-malformed ""`},
		{"\rlan 10.0.0.1", `Bad "lan" "10.0.0.1" alias-malformed ""`},
		{"[RULE]", `Bad "[RULE]" unknown-section ""`},
	})
}

func TestSetEntries(t *testing.T) {
	checkLines(t, "cluster", "[IPSET ab]\n", [][2]string{
		{"10.0.0.1", `SetEntry target="10.0.0.1"`},
		{"!10.0.0.1#c", `SetEntry nomatch="!" target="10.0.0.1" comment="c"`},
		{"! \t10.0.0.1 \r", `SetEntry nomatch="!" target="10.0.0.1"`},
		{"!!x", `SetEntry nomatch="!" target="!x"`},
		{"!", `SetEntry target="!"`},
		{"! # c", `SetEntry target="!" comment="c"`},
		{"\r!x", `SetEntry target="!x"`},
		{"a b  c # d", `SetEntry target="a" extra="b  c" comment="d"`},
		{"!a b", `SetEntry nomatch="!" target="a" extra="b"`},
		{"\r# c", `SetEntry extra="" comment="c"`},
	})
}
