package lower

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir"
)

// hazards is the table of docs/semantics.md: configurations under which reference
// and intended differ, and where that is said. The codes are those of findings that
// reading or generating makes; each must stand on its line.
var hazards = []struct {
	name  string
	files map[string]string
	want  []string // CODE@FILE:LINE
}{
	{"port 0", clusterRules("IN ACCEPT -p tcp -dport 0"), []string{"port-zero-means-any@cluster.fw:4"}},
	{"address 0", clusterRules("IN ACCEPT -source 0"), []string{"port-zero-means-any@cluster.fw:4"}},
	{"protocol 0", clusterRules("IN ACCEPT -p 0"), []string{"port-zero-means-any@cluster.fw:4"}},
	{"a name of protocol 0", clusterRules("IN ACCEPT -p hopopt"), []string{"port-zero-means-any@cluster.fw:4"}},
	{"a protocol that is no number of IP", clusterRules("IN ACCEPT -p mptcp"), []string{"reference-hazard@cluster.fw:4"}},
	{"the number of no protocol", clusterRules("IN ACCEPT -p 262"), []string{"kernel-would-refuse@cluster.fw:4"}},
	{"interface 0", clusterRules("IN ACCEPT -i 0"), []string{"port-zero-means-any@cluster.fw:4"}},
	{"octal address", clusterRules("IN ACCEPT -source 010.001.0.1"), []string{"address-octal@cluster.fw:4"}},
	{"octal port", clusterRules("IN ACCEPT -p tcp -dport 0022"), []string{"reference-hazard@cluster.fw:4"}},
	{"refused text", clusterRules("IN ACCEPT -p tcp -dport 00080"), []string{"kernel-would-refuse@cluster.fw:4"}},
	{"all ICMP types", clusterRules("IN ACCEPT -p icmp -dport 255"), []string{"reference-hazard@cluster.fw:4"}},
	{"refused set entry", clusterRules("", "[ALIASES]\nwide 10.0.0.0/33\n[IPSET some]\nwide"), []string{"kernel-would-refuse@cluster.fw:8"}},
	{"group that dies", withGuest("[group bad]\nIN ACCEPT -p icmp -dport 256\n", "GROUP bad"), []string{"guest-unfiltered@100.fw:4", "reference-hazard@cluster.fw:4"}},
	{"group that dies on the host", clusterRules("GROUP bad", "[group bad]\nIN ACCEPT -p icmp -dport 256"), []string{"reference-hazard@cluster.fw:6"}},
	{"group name too long", withGuest("[group abcdefghijklmnopqrs]\nIN ACCEPT\n", "GROUP abcdefghijklmnopqrs"), []string{"guest-unfiltered@100.fw:4"}},
	{"group on an interface", withGuest("[group web]\nIN ACCEPT -p tcp\n[RULES]\nGROUP web -i vmbr0\n", ""), []string{"reference-hazard@cluster.fw:6"}},
	{"alias in ipfilter", withGuest("[ALIASES]\nhome 10.0.0.1\n", "", "[IPSET ipfilter-net0]\ndc/home\n"), []string{"ipfilter-alias@100.fw:6"}},
	{"exception in ipfilter", withGuest("", "", "[IPSET ipfilter-net0]\n10.0.0.0/24\n!10.0.0.9\n"), []string{"reference-hazard@100.fw:7"}},
	{"dead entry in ipfilter", withGuest("", "", "[IPSET ipfilter-net0]\n10.0.0.0/24\nnosuch\n"), []string{"ipfilter-alias@100.fw:7"}},
	{"fatal rate", map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\nlog_ratelimit: enable=1,rate=fast\n"}, []string{"log-ratelimit-fatal@cluster.fw:3"}},
	{"log rate that iptables does not take", map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\nlog_ratelimit: enable=1,rate=20000/second\n", "host.fw": "[OPTIONS]\nlog_level_in: info\n"},
		[]string{"kernel-would-refuse@cluster.fw:3"}},
	{"flood rate that iptables does not take", map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\n", "host.fw": "[OPTIONS]\nprotection_synflood: 1\nprotection_synflood_rate: 1000001\n"},
		[]string{"kernel-would-refuse@host.fw:3"}},
	{"queues that iptables does not take", withGuest("", "", "[OPTIONS]\nips: 1\nips_queues: 9:2\n"), []string{"kernel-would-refuse@100.fw:7"}},
	{"same net twice", clusterRules("", "[IPSET some]\n10.0.0.0/24\n10.0.0.5/24"), []string{"kernel-would-refuse@cluster.fw:7"}},
	{"level of the blacklist", map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\n[IPSET blacklist]\n10.0.0.1\n", "host.fw": "[OPTIONS]\nlog_level_in: info\n"},
		[]string{"semantics-differ@cluster.fw:3"}},
	{"words of logs", clusterRules("IN REJECT -p tcp -log info"), []string{"semantics-differ@cluster.fw:4"}},
}

func clusterRules(rule string, more ...string) map[string]string {
	return map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\n[RULES]\n" + rule + "\n" + strings.Join(more, "\n") + "\n"}
}

// withGuest has a guest with a rule, and what else its file should hold.
func withGuest(cluster, rule string, more ...string) map[string]string {
	return map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\n" + cluster, "100.conf": vm100,
		"100.fw": "[OPTIONS]\nenable: 1\n[RULES]\n" + rule + "\n" + strings.Join(more, "")}
}

// Whoever has a configuration under which the two semantics differ is told so, at
// the line.
func TestEveryHazardIsReported(t *testing.T) {
	for _, h := range hazards {
		cfg, node, found := resolved(h.files)
		reference, more := Lower(cfg, node, Reference)
		intended, _ := Lower(cfg, node, Intended)
		if dumped(t, reference) == dumped(t, intended) && (reference.LogTargets == intended.LogTargets || h.name != "words of logs") {
			t.Errorf("%s: no difference", h.name)
		}
		at := map[string]bool{}
		for _, d := range append(found, more...) {
			at[d.Rule.Code+"@"+placeOf(d)] = true
			t.Logf("%s: %s@%s", h.name, d.Rule.Code, placeOf(d))
		}
		for _, want := range h.want {
			if !at[want] {
				t.Errorf("%s: no %s", h.name, want)
			}
		}
	}
}

func placeOf(d diag.Diagnostic) string {
	return fmt.Sprintf("%s:%d", d.Span.File.Name(), d.Span.From().Line)
}

func dumped(t *testing.T, p *ir.Policy) string {
	var b bytes.Buffer
	dumpTo(t, &b, p)
	return b.String()
}
