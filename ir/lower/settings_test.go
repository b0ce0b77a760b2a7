package lower

import (
	"fmt"
	"testing"

	"github.com/pvefw/pvefw/internal/diag"
)

// What host.fw sets in the kernel comes with its line; a number that no kernel takes, and
// a node whose own firewall is off, set nothing.
func TestSettingsOfTheHost(t *testing.T) {
	for _, test := range []struct{ host, want string }{
		{"", "[]"},
		{"nf_conntrack_max: 0262144\n", "[nf_conntrack_max=262144@host.fw:2]"},
		{"nf_conntrack_max: 99999999999\n", "[]"},
		{"log_nf_conntrack: 0\n", "[log_nf_conntrack=0@host.fw:2]"},
		{"log_nf_conntrack: 1\nnf_conntrack_tcp_timeout_syn_recv: 30\nnf_conntrack_tcp_timeout_established: 7200\n",
			"[nf_conntrack_tcp_timeout_established=7200@host.fw:4 nf_conntrack_tcp_timeout_syn_recv=30@host.fw:3 log_nf_conntrack=1@host.fw:2]"},
		{"enable: 0\nnf_conntrack_max: 50000\n", "[]"},
	} {
		p, _ := lowered(t, map[string]string{"cluster.fw": "[OPTIONS]\nenable: 1\n", "host.fw": "[OPTIONS]\n" + test.host}, Intended)
		got := []string{}
		for _, s := range p.Settings {
			got = append(got, fmt.Sprintf("%s=%s@%s", s.Key, s.Value, placeOf(diag.Diagnostic{Span: s.Origin.Span})))
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%q: %v, want %s", test.host, got, test.want)
		}
	}
}
