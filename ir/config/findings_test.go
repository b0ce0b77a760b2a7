package config

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// fault is one line with one thing wrong: the file it stands in and the text
// above it, the word that is to blame, and the line after the first fix.
type fault struct {
	code, file, above, line, word, fixed string
}

const header = "[OPTIONS]\nenable: 1\n[ALIASES]\nlan 10.0.0.0/8\nlan6 2001:db8::/32\n[IPSET web]\n10.1.1.1\n[group ssh]\nIN SSH(ACCEPT)\n"

var faults = []fault{
	{"alias-unknown", "cluster.fw", "[RULES]\n", "IN DROP -source lam", "lam", "IN DROP -source lan"},
	{"alias-unknown", "100.fw", "[ALIASES]\nnas  10.1.1.1\n[RULES]\n", "IN DROP -source nas", "nas", ""},
	{"ipset-unknown", "100.fw", "[RULES]\n", "IN DROP -source +dc/wob", "+dc/wob", ""},
	{"ipset-unknown", "host.fw", "[RULES]\n", "IN DROP -source +weeb", "+weeb", "IN DROP -source +web"},
	{"group-unknown", "100.fw", "[RULES]\n", "GROUP shh", "shh", "GROUP ssh"},
	{"macro-unknown", "100.fw", "[RULES]\n", "IN HTPS(DROP)", "HTPS", "IN HTTPS(DROP)"},
	{"alias-used-as-ipset", "100.fw", "[RULES]\n", "IN DROP -source +lan", "+lan", "IN DROP -source lan"},
	{"ipset-used-as-alias", "100.fw", "[RULES]\n", "IN DROP -source web", "web", ""},
	{"ipset-used-as-group", "100.fw", "[RULES]\n", "GROUP web", "web", ""},
	{"use-before-definition", "100.fw", "[RULES]\n", "IN DROP -source late\n[ALIASES]\nlate 10.0.0.1", "late", ""},
	{"use-before-definition", "100.fw", "[RULES]\n", "IN DROP -source +late\n[IPSET late]", "+late", ""},
	{"name-case", "100.fw", "[RULES]\n", "IN DROP -source +Web", "+Web", "IN DROP -source +web"},
	{"name-case", "host.fw", "[RULES]\n", "GROUP SSH", "SSH", "GROUP ssh"},
	{"name-invalid", "100.fw", "[RULES]\n", "IN DROP -source +1x", "+1x", ""},
	{"name-too-long", "100.fw", "[RULES]\n", "GROUP abcdefghijklmnopqrs", "abcdefghijklmnopqrs", ""},
	{"scope-unresolvable", "100.fw", "[RULES]\n", "IN DROP -source guest/lan", "guest/lan", ""},
	{"scope-unresolvable", "100.fw", "[RULES]\n", "IN DROP -source +guest/web", "+guest/web", ""},
	{"scope-unresolvable", "cluster.fw", "[IPSET two]\n", "guest/lan", "guest/lan", ""},
	{"management-undefined", "100.fw", "[RULES]\n", "IN ACCEPT -source +management", "+management", ""},
	{"sdn-set-unknown", "100.fw", "[RULES]\n", "IN ACCEPT -source +sdn/zone", "+sdn/zone", ""},
	{"definition-duplicate", "100.fw", "[ALIASES]\na1 10.0.0.1\n", "A1 10.0.0.2", "A1", ""},
	{"definition-duplicate", "100.fw", "[IPSET s1]\n10.0.0.1\n", "[IPSET S1]", "S1", ""},
	{"definition-duplicate", "100.fw", "[IPSET s1]\n10.0.0.1\n", "10.0.0.1/32", "10.0.0.1/32", ""},
	{"definition-duplicate", "100.fw", "[OPTIONS]\ndhcp: 0\n", "DHCP: 1", "DHCP", ""},
	{"option-unknown", "100.fw", "[OPTIONS]\n", "policy_inn: DROP", "policy_inn", "policy_in: DROP"},
	{"option-unknown", "cluster.fw", "[OPTIONS]\n", "LOG_RATELIMIT: 1", "LOG_RATELIMIT", "log_ratelimit: 1"},
	{"option-wrong-file", "host.fw", "[OPTIONS]\n", "policy_in: DROP", "policy_in", ""},
	{"option-value", "100.fw", "[OPTIONS]\n", "dhcp: yes", "yes", "dhcp: 1"},
	{"option-value", "100.fw", "[OPTIONS]\n", "policy_in: drp", "drp", "policy_in: DROP"},
	{"option-trailing-comment", "100.fw", "[OPTIONS]\n", "dhcp: 0 # none", "# none", "dhcp: 0"},
	{"log-ratelimit-fatal", "cluster.fw", "[OPTIONS]\n", "log_ratelimit: rate=5/second", "rate=5/second", "log_ratelimit: enable=1,rate=5/second"},
	{"ipset-entry-invalid", "100.fw", "[IPSET s1]\n", "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9", "10.0.0.1\n10.0.0.2/31\n10.0.0.4/30\n10.0.0.8/31"},
	{"ipset-entry-invalid", "100.fw", "[IPSET s1]\n", "10.0.0.1 10.0.0.2", "10.0.0.2", ""},
	{"ipset-entry-invalid", "100.fw", "[IPSET s1]\n", "0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1\n128.0.0.0/1"},
	{"port-without-protocol", "100.fw", "[RULES]\n", "IN DROP -dport 80 -sport 81", "-dport", ""},
	{"port-without-protocol", "100.fw", "[RULES]\n", "IN HTTP(DROP) -dport 80", "-dport", ""},
	{"port-invalid", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport 80,70000", "70000", ""},
	{"port-invalid", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport 22,80:", "80:", "IN DROP -p tcp -dport 22,80:65535"},
	{"port-invalid", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport SSH", "SSH", "IN DROP -p tcp -dport ssh"},
	{"port-range-backwards", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport 90:80,7", "90:80", "IN DROP -p tcp -dport 80:90,7"},
	{"port-range-dash", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport 1,80-90", "80-90", "IN DROP -p tcp -dport 1,80:90"},
	{"port-list-too-long", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16", "1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16", ""},
	{"port-zero-means-any", "100.fw", "[RULES]\n", "IN ACCEPT -p tcp -dport 0", "0", ""},
	{"port-zero-means-any", "100.fw", "[RULES]\n", "IN ACCEPT -p hopopt", "hopopt", ""},
	{"list-extra-comma", "100.fw", "[RULES]\n", "IN DROP -p tcp -dport 80,", ",", "IN DROP -p tcp -dport 80"},
	{"list-extra-comma", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.1,", ",", "IN DROP -source 10.0.0.1"},
	{"protocol-unknown", "100.fw", "[RULES]\n", "IN DROP -p TCP", "TCP", "IN DROP -p tcp"},
	{"protocol-has-no-ports", "100.fw", "[RULES]\n", "IN DROP -p gre -dport 80", "80", ""},
	{"icmp-type-invalid", "100.fw", "[RULES]\n", "IN DROP -p icmp -icmp-type echo-reqest", "echo-reqest", "IN DROP -p icmp -icmp-type echo-request"},
	{"icmp-type-needs-icmp", "100.fw", "[RULES]\n", "IN DROP -icmp-type any", "any", ""},
	{"icmp-type-and-port", "100.fw", "[RULES]\n", "IN DROP -p icmp -dport 8 -icmp-type any", "any", ""},
	{"address-invalid", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.1,example.com", "example.com", ""},
	{"address-invalid", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.9-10.0.0.1", "10.0.0.9-10.0.0.1", "IN DROP -source 10.0.0.1-10.0.0.9"},
	{"address-invalid", "cluster.fw", "[ALIASES]\n", "wan 1.2.3.4,5.6.7.8", "1.2.3.4,5.6.7.8", ""},
	{"address-list-mixed-family", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.1,::1", "10.0.0.1,::1", ""},
	{"address-host-bits", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.1,10.0.0.5/24", "10.0.0.5/24", "IN DROP -source 10.0.0.1,10.0.0.0/24"},
	{"address-octal", "100.fw", "[RULES]\n", "IN DROP -source 010.0.0.1", "010.0.0.1", ""},
	{"family-mismatch", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.1 -dest ::1", "::1", ""},
	{"family-mismatch", "100.fw", "[RULES]\n", "IN DROP -source ::1 -dest lan", "lan", ""},
	{"range-in-list", "100.fw", "[RULES]\n", "IN DROP -source 10.0.0.1-10.0.0.2,10.0.0.9", "10.0.0.1-10.0.0.2,10.0.0.9", ""},
	{"macro-parameter-conflict", "100.fw", "[RULES]\n", "IN DNS(DROP) -p tcp", "tcp", "IN DNS(DROP)"},
	{"iface-invalid", "host.fw", "[RULES]\n", "IN DROP -i vmbr+", "vmbr+", ""},
	{"iface-not-net", "100.fw", "[RULES]\n", "IN DROP -i NET0", "NET0", "IN DROP -i net0"},
	{"iface-in-group", "cluster.fw", "[group g1]\n", "IN DROP -i vmbr0", "vmbr0", ""},
	{"direction-not-allowed", "100.fw", "[RULES]\n", "FORWARD DROP", "FORWARD", ""},
	{"rule-type-unknown", "100.fw", "[RULES]\n", "INN DROP", "INN", "IN DROP"},
	{"reject-in-forward", "cluster.fw", "[RULES]\n", "FORWARD REJECT", "REJECT", "FORWARD DROP"},
	{"action-case", "100.fw", "[RULES]\n", "IN drop", "drop", "IN DROP"},
	{"action-case", "100.fw", "[RULES]\n", "IN SSH(drop)", "SSH(drop)", "IN SSH(DROP)"},
	{"action-unknown", "100.fw", "[RULES]\n", "IN DENY", "DENY", ""},
	{"comment-hash", "100.fw", "[RULES]\n", "IN DROP #", "#", "IN DROP"},
	{"comment-hash", "100.fw", "[RULES]\n", "IN DROP # a # b", "#", ""},
	{"non-utf8", "100.fw", "[RULES]\n", "IN DROP -p tcp\u00a0-dport\u00a05 # a\u00a0b", "\u00a0", "IN DROP -p tcp -dport 5 # a\u00a0b"},
	{"non-utf8", "100.fw", "[RULES]\n", "IN DROP # caf\xe9", "\xe9", "IN DROP # café"},
	{"scope-ambiguous", "100.fw", "[ALIASES]\nlan 10.9.9.9\n[RULES]\n", "IN DROP -source lan", "lan", "IN DROP -source guest/lan"},
	{"scope-ambiguous", "100.fw", "[IPSET web]\n[RULES]\n", "IN DROP -source +web", "+web", "IN DROP -source +guest/web"},
	{"layer2-unknown-ethertype", "100.fw", "[OPTIONS]\n", "layer2_protocols: ARP,IPv6", "IPv6", "layer2_protocols: ARP"},
	{"nft-option-ignored", "100.fw", "[OPTIONS]\nips_queues: 1\n", "IPS: 1", "IPS", ""},
	{"nft-option-ignored", "100.fw", "[OPTIONS]\n", "layer2_protocols: ARP", "layer2_protocols", ""},
	{"nft-option-ignored", "cluster.fw", "[OPTIONS]\n", "ebtables: 0", "ebtables", ""},
	{"ftp-needs-helper", "100.fw", "[OPTIONS]\nenable: 1\n[RULES]\nIN SSH(ACCEPT)\n", "IN FTP(ACCEPT)", "FTP", ""},
	{"ftp-needs-helper", "100.fw", "[OPTIONS]\nenable: 1\n[RULES]\n", "IN ACCEPT -p tcp -dport 20,21", "20,21", ""},
	{"definition-unused", "100.fw", "[ALIASES]\n", "mine 10.9.9.9", "mine", ""},
	{"nic-config-invalid", "qemu-server/100.conf", "", "net0: virtio=BC:24:11:00:0A:01,brdige=vmbr0", "net0: virtio=BC:24:11:00:0A:01,brdige=vmbr0", ""},
}

// resolveFault reads a small datacenter with the fault in it.
func resolveFault(f fault) (*Config, diag.List) {
	files := map[string]string{
		"cluster.fw": header, "host.fw": "", "100.fw": "",
		"qemu-server/100.conf": "net0: virtio=BC:24:11:00:0A:01,bridge=vmbr0,firewall=1\n",
	}
	if f.file != "cluster.fw" {
		files[f.file] = ""
	}
	files[f.file] += f.above + f.line + "\n"
	return Resolve(inputOf(files))
}

func TestEachFaultIsReportedAtItsWord(t *testing.T) {
	for _, f := range faults {
		t.Run(f.code+"/"+f.line, func(t *testing.T) {
			_, list := resolveFault(f)
			for _, d := range list {
				if d.Rule.Code != f.code {
					continue
				}
				if got := d.Span.Text(); got != f.word {
					t.Errorf("blames %q, want %q", got, f.word)
				}
				if d.Message == "" || d.Effect == "" {
					t.Errorf("says too little: message %q, effect %q", d.Message, d.Effect)
				}
				checkFix(t, f, d)
				return
			}
			t.Errorf("not found in %v", codesOf(list))
		})
	}
}

func checkFix(t *testing.T, f fault, d diag.Diagnostic) {
	t.Helper()
	if f.fixed == "" {
		return
	}
	if len(d.Fixes) == 0 {
		t.Fatalf("no fix; want %q", f.fixed)
	}
	fixed, err := source.Apply(d.Span.File, d.Fixes[0].Edits)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(fixed), "\n"+f.fixed+"\n") {
		t.Errorf("fixed to\n%s\nwant last line %q", fixed, f.fixed)
	}
}

func codesOf(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Rule.Code+": "+d.Message)
	}
	return out
}

func TestEveryCodeOfTheCatalogFires(t *testing.T) {
	tested := map[string]bool{}
	for _, f := range faults {
		tested[f.code] = true
	}
	seen := map[string]bool{}
	for _, r := range Catalog() {
		if !tested[r.Code] {
			t.Errorf("no line of the table provokes %s", r.Code)
		}
		if seen[r.Code] || r.Title == "" || r.Description == "" {
			t.Errorf("%s: twice in the catalogue, or without title or description", r.Code)
		}
		seen[r.Code] = true
	}
}

func TestCleanFilesHaveNoFindings(t *testing.T) {
	files := map[string]string{
		"cluster.fw": header + "[RULES]\nGROUP ssh -i vmbr0\nIN ACCEPT -source +web -p tcp -dport 80,443\nIN Ping(ACCEPT) -source dc/lan6\n" +
			"IN ACCEPT -p icmp -dport 0\nOUT DNS(ACCEPT) -log info\n",
		"host.fw":              "[OPTIONS]\nnosmurfs: 0\n[RULES]\nIN ACCEPT -i vmbr0.10 -p udp -sport 53\n",
		"100.fw":               "[OPTIONS]\nenable: 1\n[IPSET ipfilter-net0]\n10.0.0.1\n!lan\n[RULES]\nIN ACCEPT -i net0 -source 10.0.0.1-10.0.0.9\n|IN DROP\n",
		"qemu-server/100.conf": "net0: virtio=BC:24:11:00:0A:01,bridge=vmbr0,firewall=1\n",
	}
	if _, list := Resolve(inputOf(files)); len(list) != 0 {
		t.Errorf("findings in clean files: %v", codesOf(list))
	}
}

func TestDropRulesSayThatTrafficMayPass(t *testing.T) {
	for _, line := range []string{"IN DROP -dport 80", "OUT SSH(REJECT) -source nosuch", "IN DROP -source ::1 -dest lan", "IN drop"} {
		_, list := resolveFault(fault{file: "100.fw", above: "[RULES]\n", line: line})
		if len(list) == 0 || !strings.Contains(list[0].Effect, "may pass") || list[0].Severity != diag.Error {
			t.Errorf("%s: %+v", line, list)
		}
	}
	_, list := resolveFault(fault{file: "100.fw", above: "[RULES]\n", line: "|IN DROP -dport 80"})
	if len(list)-list.Count(diag.Info) != 1 || list[0].Severity != diag.Warning || list[0].ProxmoxMessage == "" {
		t.Errorf("a disabled dead rule is a warning with the daemon's text: %+v", list)
	}
}
