package rego

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
)

// Facts do not say which device a rule of which guest is bound to: every guest
// would have facts of its own. A policy leaves words for Go to fill in, in messages
// about a rule of a guest:
//
//	{guest}      "guest 100"
//	{interface}  what the rule is bound to
//	{nics}       the devices that the guest has: "net0, net1"

// missingNIC says of a rule that is bound to a netN which its guest does not have
// whether the guest has others: "others" or "all". It is empty for other rules, and
// where the guest's devices are not known.
func (w *world) missingNIC(r placedRule) string {
	if r.guest == nil || r.guest.Unknown || w.cfg.GuestsWithoutConfs || !isNICName(r.Iface) {
		return ""
	}
	for _, nic := range r.guest.NICs {
		if r.Iface[len(nicPrefix):] == strconv.Itoa(nic.Index) {
			return ""
		}
	}
	if len(r.guest.NICs) == 0 {
		return "all"
	}
	return "others"
}

const nicPrefix = "net"

func isNICName(text string) bool {
	digits, ok := strings.CutPrefix(text, nicPrefix)
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// explainNICs fills the words in.
func explainNICs(d *diag.Diagnostic, r placedRule) {
	if r.guest == nil || !strings.Contains(d.Message, "{") {
		return
	}
	var names []string
	for _, nic := range r.guest.NICs {
		names = append(names, nicPrefix+strconv.Itoa(nic.Index))
	}
	slices.Sort(names)
	d.Message = strings.NewReplacer("{guest}", "guest "+strconv.Itoa(r.guest.VMID), "{interface}", r.Iface,
		"{nics}", strings.Join(slices.Compact(names), ", ")).Replace(d.Message)
}
