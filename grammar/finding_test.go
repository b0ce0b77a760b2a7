package grammar

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// fixed applies the first fix of the only finding with that code.
func fixed(t *testing.T, env, code, text string) string {
	t.Helper()
	f, list := parseFile(env, text)
	found := ""
	for _, d := range list {
		if d.Rule.Code != code {
			continue
		}
		if found != "" || len(d.Fixes) != 1 {
			t.Fatalf("%q: want one finding %s with one fix", text, code)
		}
		out, err := source.Apply(f.Source, d.Fixes[0].Edits)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		found = string(out)
	}
	if found == "" {
		t.Fatalf("%q: no finding %s", text, code)
	}
	return found
}

func TestFixes(t *testing.T) {
	for _, c := range []struct{ env, code, text, want string }{
		{"vm", "rule-unparsable", "[RULES]\nIN ACCEPT -s 10.0.0.1 -d 10.0.0.2 --iface net0 # c", "[RULES]\nIN ACCEPT -source 10.0.0.1 -dest 10.0.0.2 -i net0 # c"},
		{"vm", "rule-unparsable", "[RULES]\nIN ACCEPT --dport=22 -P tcp", "[RULES]\nIN ACCEPT -dport 22 -p tcp"},
		{"vm", "rule-unparsable", "[RULES]\n|  IN ACCEPT", "[RULES]\n|IN ACCEPT"},
		{"vm", "rule-unparsable", "[RULES]\nIN DROP --log  Info", "[RULES]\nIN DROP --log info"},
		{"vm", "rule-unparsable", "[RULES]\nIN DROP -log warn", "[RULES]\nIN DROP -log warning"},
		{"vm", "rule-unparsable", "[RULES]\nOUT DROP -o net0", "[RULES]\nOUT DROP -i net0"},
		{"vm", "rule-unparsable", "[RULES]\nIN DROP -comment \"no way\"", "[RULES]\nIN DROP # no way"},
		{"vm", "rule-unparsable", "[RULES]\nIN SSH(ACCEPT) net0 - - tcp 22 -", "[RULES]\nIN SSH(ACCEPT) -i net0"},
		{"vm", "rule-unparsable", "[RULES]\nIN DROP - 10.0.0.1 - udp 53 - # c", "[RULES]\nIN DROP -source 10.0.0.1 -p udp -dport 53 # c"},
		{"vm", "rule-unparsable", "[RULES]\n-A INPUT -s 10.0.0.1/32 -p tcp -m tcp --dport 22 -m comment --comment \"my ssh\" -j ACCEPT", "[RULES]\nIN ACCEPT -source 10.0.0.1/32 -p tcp -dport 22 # my ssh"},
		{"vm", "rule-unparsable", "[RULES]\niptables -A OUTPUT -o eth0 -p udp -m multiport --dports 53,123 -m state --state NEW -j REJECT --reject-with icmp-port-unreachable # c", "[RULES]\nOUT REJECT -i eth0 -p udp -dport 53,123 # c"},
		{"vm", "rule-unparsable", "[RULES]\nIN ACCEPT -p tcp -dport 80, 443 , 8000:8080 -log info # c", "[RULES]\nIN ACCEPT -p tcp -dport 80,443,8000:8080 -log info # c"},
		{"vm", "rule-unparsable", "[RULES]\nIN ACCEPT -p tcp -dport 80, 443, -log info", "[RULES]\nIN ACCEPT -p tcp -dport 80,443, -log info"},
		{"vm", "rule-unparsable", "[RULES]\nIN ACCEPT --source 10.0.0.1 ,10.0.0.2", "[RULES]\nIN ACCEPT --source 10.0.0.1,10.0.0.2"},
		{"vm", "flag-double-space", "[RULES]\nIN DROP -p \t tcp -dport  22", "[RULES]\nIN DROP -p tcp -dport 22"},
		{"vm", "alias-malformed", "[ALIASES]\na  10.0.0.1\t# c", "[ALIASES]\na 10.0.0.1\t# c"},
		{"vm", "alias-malformed", "[ALIASES]\na = 10.0.0.1", "[ALIASES]\na 10.0.0.1"},
		{"vm", "alias-malformed", "[ALIASES]\nab: 10.0.0.1", "[ALIASES]\nab 10.0.0.1"},
		{"vm", "option-unparsable", "[OPTIONS]\nenable : 1", "[OPTIONS]\nenable: 1"},
		{"vm", "option-unparsable", "[OPTIONS]\nenable = 1", "[OPTIONS]\nenable: 1"},
		{"vm", "unknown-section", "[OPTIONS]\n[RULE]\nIN DROP", "[OPTIONS]\n[RULES]\nIN DROP"},
		{"vm", "unknown-section", "[rules] # mine\nIN DROP", "# mine\n[RULES]\nIN DROP"},
		{"cluster", "unknown-section", "[GROUPS  web ]\n", "[group web]\n"},
		{"cluster", "section-keyword-case", "[GROUP web]\n", "[group web]\n"},
		{"cluster", "section-keyword-case", "[ipset web]\n", "[IPSET web]\n"},
		{"vm", "byte-order-mark", "\xEF\xBB\xBF[OPTIONS]\n", "[OPTIONS]\n"},
		{"vm", "line-ending", "[OPTIONS]\r\nenable: 1\r\n", "[OPTIONS]\nenable: 1\n"},
		{"vm", "line-ending", "[ALIASES]\na 10.0.0.1\r\n#\r\n", "[ALIASES]\na 10.0.0.1\n#\n"},
	} {
		if got := fixed(t, c.env, c.code, c.text); got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestMissingHeader(t *testing.T) {
	for text, want := range map[string]string{
		"# rules\nIN DROP\nGROUP web -i net0\n": "# rules\n[RULES]\nIN DROP\nGROUP web -i net0\n",
		"enable: 1\n[RULES]\n":                  "[OPTIONS]\nenable: 1\n[RULES]\n",
	} {
		f, list := parseFile("vm", text)
		out, err := source.Apply(f.Source, list[0].Fixes[0].Edits)
		if err != nil || string(out) != want {
			t.Errorf("%q: got %q, %v", text, out, err)
		}
	}
	for _, text := range []string{"IN DROP\nenable: 1\n", "enable: 1\nhello\n", "hello world\n", "unknown: 1\n", "IN\n"} {
		if list := parseAs("vm", text); len(list) == 0 || len(list[0].Fixes) != 0 {
			t.Errorf("%q: what was meant is not certain, but a fix is offered", text)
		}
	}
}

func TestNoFixWhereNothingIsCertain(t *testing.T) {
	for _, text := range []string{
		"[RULES]\nIN DROP -m conntrack", "[RULES]\nIN DROP foo", "[RULES]\nIN DROP -s 1 foo",
		"[RULES]\n-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT", "[RULES]\n-A INPUT ! -s 10.0.0.1 -j DROP", "[RULES]\n-I INPUT -p tcp -j DROP",
		"[RULES]\n-A INPUT -o eth0 -j DROP", "[RULES]\n-A INPUT -p tcp -j LOG", "[RULES]\n-A FORWARD -p tcp -j DROP",
		"[RULES]\n-A INPUT -p \"\" -j DROP", "[RULES]\n-A INPUT --comment a -j DROP # b",
		"[RULES]\nIN DNS(ACCEPT) net0 - - tcp 22 -", "[RULES]\nIN DROP -log loud", "[RULES]\nIN",
		"[ALIASES]\na 10.0.0.1 x", "[ALIASES]\na", "[ALIASES]\na  10.0.0.1 x", "[OPTIONS]\njunk",
		"[OPTIONS]\n[NETWORK]", "[OPTIONS]\n[group web]", "[OPTIONS]\n[RULES] x", "[OPTIONS]\n[IPSET a b]",
	} {
		list := parseAs("vm", text)
		if len(list) != 1 || len(list[0].Fixes) != 0 {
			t.Errorf("%q: want one finding without a fix, got %+v", text, list)
		}
	}
}

func TestLostBlockIsCalledDangerous(t *testing.T) {
	for line, want := range map[string]string{
		"IN DROP -x":         "is not blocked",
		"out SMB(REJECT) -x": "is not blocked",
		"IN ACCEPT -x":       "is not allowed",
		"GROUP web -x":       "do not apply",
	} {
		for _, section := range []string{"[RULES]\n", "\n"} {
			if d := parseAs("vm", section+line)[0]; !strings.Contains(d.Effect, want) || d.Severity != diag.Error {
				t.Errorf("%q: %s: %s", section+line, d.Severity, d.Effect)
			}
		}
	}
	if d := parseAs("vm", "[RULES]\n|IN DROP -x")[0]; d.Severity != diag.Warning {
		t.Errorf("a disabled rule that is dropped has severity %s", d.Severity)
	}
}

func TestReturnsAreReportedOnceAndOnlyWhereTheyMatter(t *testing.T) {
	count := func(env, text string) (n int) {
		for _, d := range parseAs(env, text) {
			if d.Rule.Code == "line-ending" {
				n++
			}
		}
		return n
	}
	for text, want := range map[string]int{
		"[RULES]\r\n[OPTIONS]\r\n[RULES]\r\n":                                        1,
		"[OPTIONS]\nenable: 1\r\n[RULES]\nIN DROP\r\n[IPSET ab]\r\n10.0.0.1\r\n\r\n": 0,
		"[ALIASES]\na 10.0.0.1 # c\r\n":                                              0,
		"[ALIASES]\na 10.0.0.1\r\n":                                                  1,
	} {
		if got := count("vm", text); got != want {
			t.Errorf("%q: %d findings, want %d", text, got, want)
		}
	}
	if n := count("host", "[OPTIONS]\n[ALIASES]\r\n"); n != 0 {
		t.Error("a header that host.fw cannot have is none without the carriage return either")
	}
}

func TestPreviewRefusesIfAnyFaultOfTheLineIsRefused(t *testing.T) {
	for line, want := range map[string]string{
		"IN DROP -p  tcp":       "Accepts the white space.",
		"IN DROP -p  tcp -s a":  refuses,
		"IN DROP -iface a":      "Accepts this spelling.",
		"IN DROP -log warn":     "Knows the level.",
		"IN DROP -log  WARNING": refuses,
		"| IN DROP":             "Accepts the white space.",
	} {
		if got := parseAs("host", "[RULES]\n"+line)[0].Effects.ProxmoxFirewall; got != want {
			t.Errorf("%q: %s", line, got)
		}
	}
}

func TestCatalog(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Catalog() {
		if seen[r.Code] || r.Title == "" || r.Description == "" || r.Category != "syntax" || strings.HasSuffix(r.Title, ".") {
			t.Errorf("record of %q is not complete or not the only one", r.Code)
		}
		seen[r.Code] = true
	}
}
