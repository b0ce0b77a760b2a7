package grammar

import (
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	checkLines(t, "vm", "[RULES]\n", [][2]string{
		{"IN ACCEPT", `Rule type="IN" action="ACCEPT" verdict="ACCEPT"`},
		{"|in\t\rdrop \r", `Rule bar="|" type="in" action="drop" verdict="drop"`},
		{"||x y", `Rule bar="|" type="|x" action="y" verdict="y"`},
		{"IN SSH(ACCEPT)", `Rule type="IN" action="SSH(ACCEPT)" macro="SSH" verdict="ACCEPT"`},
		{"Forward a(DROP)(REJECT)", `Rule type="Forward" action="a(DROP)(REJECT)" macro="a(DROP)" verdict="REJECT"`},
		{"IN SSH(accept)", `Rule type="IN" action="SSH(accept)" verdict="SSH(accept)"`},
		{"IN (ACCEPT)", `Rule type="IN" action="(ACCEPT)" verdict="(ACCEPT)"`},
		{"INN SSH(ACCEPT)", `Rule type="INN" action="SSH(ACCEPT)" verdict="SSH(ACCEPT)"`},
		{"GROUP SSH(ACCEPT)", `Rule type="GROUP" action="SSH(ACCEPT)"`},
		{"Group web -i net0  -i net1#c", `Rule type="Group" action="web" iface(-i)="net0" iface(-i)="net1" comment="c"`},
		{"OUT DROP -i a --source b -source c -dest d --dest e -p f -proto g --proto h",
			`Rule type="OUT" action="DROP" verdict="DROP" iface(-i)="a" source(--source)="b" source(-source)="c" dest(-dest)="d" dest(--dest)="e" proto(-p)="f" proto(-proto)="g" proto(--proto)="h"`},
		{"IN x -dport 1 --dport 2 -sport 3 --sport 4 -log info --log nolog -icmp-type 5 --icmp-type 6 \t # note # 2 ",
			`Rule type="IN" action="x" verdict="x" dport(-dport)="1" dport(--dport)="2" sport(-sport)="3" sport(--sport)="4" log(-log)="info" log(--log)="nolog" icmp-type(-icmp-type)="5" icmp-type(--icmp-type)="6" comment="note # 2"`},
		{"IN DROP -source -dest", `Rule type="IN" action="DROP" verdict="DROP" source(-source)="-dest"`},
		{"IN DROP -log info-p tcp", `Rule type="IN" action="DROP" verdict="DROP" log(-log)="info" proto(-p)="tcp"`},
		{"IN -i", `Rule type="IN" action="-i" verdict="-i"`},
		{"IN DROP #", `Rule type="IN" action="DROP" verdict="DROP" comment=""`},
	})
}

func TestBadRules(t *testing.T) {
	for _, c := range []struct{ line, code, says, at string }{
		{"IN", "rule-unparsable", "unable to parse rule: IN", "IN"},
		{"IN  # x", "rule-unparsable", "unable to parse rule: IN  ", "IN"},
		{"|", "rule-unparsable", "unable to parse rule: ", "|"},
		{"| IN DROP # c", "rule-unparsable", "unable to parse rule:  IN DROP ", "| "},
		{"\rIN DROP", "rule-unparsable", "unable to parse rule: \rIN DROP", "IN DROP"},
		{"\r# x", "rule-unparsable", "unable to parse rule: \r", "\r# x"},
		{"IN DROP -s 1 -d 2 # c", "rule-unparsable", "unable to parse rule parameters: -s 1 -d 2 ", "-s"},
		{"IN DROP -p tcp -dport", "rule-unparsable", "unable to parse rule parameters: -dport", "-dport"},
		{"IN DROP -p  tcp", "flag-double-space", "unable to parse rule parameters: -p  tcp", "-p  "},
		{"IN DROP -p\ttcp -i a", "flag-double-space", "unable to parse rule parameters: -p\ttcp -i a", "-p\t"},
		{"IN DROP -i=a", "rule-unparsable", "unable to parse rule parameters: -i=a", "-i=a"},
		{"IN DROP -log INFO", "rule-unparsable", "unable to parse rule parameters: -log INFO", "INFO"},
		{"IN DROP -log information x", "rule-unparsable", "unable to parse rule parameters: rmation x", "information"},
		{"IN DROP -", "rule-unparsable", "unable to parse rule parameters: -", "-"},
		{"IN DROP --i a", "rule-unparsable", "unable to parse rule parameters: --i a", "--i"},
		{"GROUP web -p tcp", "rule-unparsable", "unable to parse rule parameters: -p tcp", "-p"},
		{"GROUP web -i  a", "rule-unparsable", "unable to parse rule parameters: -i  a", "-i"},
		{"-A INPUT -m tcp", "rule-unparsable", "unable to parse rule parameters: -m tcp", "-A"},
	} {
		f, list := parseFile("host", "[RULES]\n"+c.line)
		b, ok := f.Lines[1].(*Bad)
		if !ok || len(list) != 1 {
			t.Errorf("%q: %s, %d findings", c.line, describe(f, f.Lines[1]), len(list))
			continue
		}
		d := list[0]
		if d.Rule.Code != c.code || d.ProxmoxMessage != c.says || d.Span.Text() != c.at {
			t.Errorf("%q: got %s %q at %q, want %s %q at %q", c.line, d.Rule.Code, d.ProxmoxMessage, d.Span.Text(), c.code, c.says, c.at)
		}
		if fault := f.Fault(b); fault.Code != c.code || fault.Message != c.says || f.Text(fault.At) != c.at {
			t.Errorf("%q: the tree and the finding differ: %+v", c.line, fault)
		}
	}
}

// TestFindingsAreBounded: the last finding says what is left out, and the tree
// still knows why each line was dropped.
func TestFindingsAreBounded(t *testing.T) {
	f, list := parseFile("host", "[RULES]\n"+strings.Repeat("x\n", mostFindings+2)+"IN DROP\n")
	last := list[len(list)-1]
	if len(list) != mostFindings+1 || last.Rule.Code != "too-many-faults" || last.Message[:2] != "2 " || last.Span.From().Line != mostFindings+2 {
		t.Errorf("%d findings, the last is %s %q in line %d", len(list), last.Rule.Code, last.Message, last.Span.From().Line)
	}
	if b, ok := f.Lines[mostFindings+2].(*Bad); !ok || f.Fault(b).Message != "unable to parse rule: x" {
		t.Errorf("line %d is %s", mostFindings+3, describe(f, f.Lines[mostFindings+2]))
	}
}

func TestOverlongLines(t *testing.T) {
	long := strings.Repeat("a ", 64<<10)
	for _, c := range [][2]string{
		{"[RULES]\n" + long + "a", "rule-unparsable"},
		{"[RULES]\nIN DROP # " + long, ""},
		{"[RULES]\nIN DROP" + strings.Repeat(" -p tcp", 10000), ""},
		{"[RULES]\nIN DROP" + strings.Repeat(" -p tcp", 10000) + " -s 1", "rule-unparsable"},
		{"[RULES]\nGROUP web" + strings.Repeat(" -i net0", 10000), ""},
		{"[ALIASES]\n" + long, "alias-malformed"},
		{"[IPSET ab]\n" + long, ""},
		{"[OPTIONS]\na: 1 # " + long, ""},
		{long, "line-outside-section"},
		{"[" + long, "unknown-section"},
		{"[group " + strings.Repeat("a", 64<<10) + "]", "name-too-long"},
	} {
		list := parseAs("cluster", c[0])
		got := ""
		if len(list) > 0 {
			got = list[0].Rule.Code
		}
		if got != c[1] || len(list) > 1 {
			t.Errorf("%.20q...: got %q with %d findings, want %q", c[0], got, len(list), c[1])
		}
	}
}
