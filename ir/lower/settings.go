package lower

import (
	"math"
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

// settings makes what host.fw sets in the kernel beside the rules, while the node's own
// firewall is on (reference/proxmox-firewall §1). A number that no kernel takes sets
// nothing. That pve-firewall reads nf_conntrack_tcp_timeout_syn_recv under a misspelt key
// (reference/pve-firewall §11.16) is left out: only who applies rules reads settings.
func (l *lowering) settings() {
	host := l.node.Host
	opts := options(host)
	if !opts.Bool("enable", true) {
		return
	}
	for key := ir.ConntrackMax; key <= ir.ConntrackSynRecv; key++ {
		n, ok := readDecimal(opts.Text(key.String(), ""), math.MaxInt32)
		if ok {
			l.set(key, strconv.FormatUint(n, 10))
		}
	}
	if _, said := opts.Get("log_nf_conntrack"); said {
		value := "0"
		if opts.Bool("log_nf_conntrack", false) {
			value = "1"
		}
		l.set(ir.ConntrackLog, value)
	}
}

func (l *lowering) set(key ir.SettingKey, value string) {
	l.policy.Settings = append(l.policy.Settings, ir.Setting{Key: key, Value: value, Origin: optionOrigin(l.node.Host, key.String())})
}
