package preview

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// What the generator makes of a rule that was read (reference/proxmox-firewall
// §1, §4): rules it cannot make are skipped, others lose a part, and some are
// refused by nft with everything else.

// longestIface is the kernel's limit for a name.
const longestIface = 15

func (r *rule) generate(env facts.Env, in section, s Scope) Line {
	if r.target != "" {
		return r.generateGroup(env, s)
	}
	if why := r.skipped(s); why != "" {
		return Line{Skipped, why}
	}
	if why := r.unloadable(env, s); why != "" {
		return Line{KernelRefuses, why}
	}
	if why := r.widened(s); why != "" {
		return Line{Widened, why}
	}
	return Line{}
}

func (r *rule) generateGroup(env facts.Env, s Scope) Line {
	switch iface := r.values["iface"]; {
	case s.Cluster == nil && s.Unknown:
	case s.Cluster == nil || !s.Cluster.groups[r.target]:
		return Line{KernelRefuses, "no group has exactly this name"}
	case len(iface) > longestIface && !env.IsGuest():
		return Line{KernelRefuses, "an interface has at most 15 characters"}
	}
	return Line{}
}

// skipped is why the rule cannot be made; "" if it can.
func (r *rule) skipped(s Scope) string {
	if r.macro != "" && !isMacro(r.macro) {
		return "no macro has exactly this name"
	}
	if _, hasIface := r.values["iface"]; hasIface && r.direction == "FORWARD" {
		return "FORWARD rules cannot have an interface"
	}
	for _, name := range []string{"source", "dest"} {
		text, given := r.values[name]
		if !given || !isReference(text) {
			continue
		}
		if set, isSet := strings.CutPrefix(text, "+"); isSet {
			if found, known := s.set(set); known && !found {
				return "no set has exactly this name in the scope it names"
			}
		} else if _, found, known := s.alias(text); known && !found {
			return "no alias has this name in the scope it names"
		}
	}
	return ""
}

// isMacro: names have case, and PBS is a macro of this daemon alone (§8).
func isMacro(name string) bool {
	m, ok := facts.MacroByName(name)
	return ok && m.Name == name || name == "PBS"
}

// unloadable is why nft refuses the rule; "" if it does not.
func (r *rule) unloadable(env facts.Env, s Scope) string {
	proto := r.values["proto"]
	switch kind := kindOf(proto); {
	case kind == portless && !knownProtocol(proto):
		return "nft does not know the protocol"
	case kind != noProto && isICMPMacro(r.macro) && !sameICMP(r.macro, kind):
		return "the macro is about ICMP, the protocol is not"
	case len(r.values["iface"]) > longestIface && !env.IsGuest():
		return "an interface has at most 15 characters"
	case env == facts.VNet && r.verdict == "REJECT":
		return "the kernel cannot reject where a VNet's rules stand"
	case s.guestManagement(r.values["source"]) || s.guestManagement(r.values["dest"]):
		return "it never makes a guest's own set management"
	}
	return ""
}

func knownProtocol(name string) bool {
	if n, err := strconv.Atoi(name); err == nil {
		return n >= 0 && n <= 255
	}
	_, known := facts.ProtocolByName(strings.ToLower(name))
	return known
}

func isICMPMacro(name string) bool {
	return name == "Ping" || name == "Trcrt" || name == "NeighborDiscovery"
}

func sameICMP(macro string, kind protoKind) bool {
	return kind == icmp6 || kind == icmp4 && macro != "NeighborDiscovery"
}

// guestManagement recognises a set management of the guest's own.
func (s Scope) guestManagement(text string) bool {
	return (text == "+management" || text == "+guest/management") && s.Own != nil && s.Own.sets["management"]
}

// widened is what is left out of the rule; "" if nothing is.
func (r *rule) widened(s Scope) string {
	kind := kindOf(r.values["proto"])
	_, dport := r.values["dport"]
	_, sport := r.values["sport"]
	_, icmpType := r.values["icmp-type"]
	switch {
	case (dport || sport) && kind != ported:
		return "without the ports"
	case icmpType && kind != icmp4 && kind != icmp6:
		return "without the ICMP type"
	}
	return r.lostAddress(kind, s)
}

// lostAddress: an address of another IP version than the rule already has is
// left out, source first; a set makes a copy for both versions.
func (r *rule) lostAddress(kind protoKind, s Scope) string {
	has4, has6 := kind != icmp6, kind != icmp4
	if r.macro == "NeighborDiscovery" {
		has4 = false
	}
	both := r.macro == "Ping" || r.macro == "Trcrt" // rules of one version each, made one by one
	for _, name := range []string{"source", "dest"} {
		text, given := r.values[name]
		if !given {
			continue
		}
		v6, isSet, known := s.family(text)
		switch {
		case !known:
			return ""
		case isSet:
			both = true
		case both && has4 && has6, v6 && !has6, !v6 && !has4:
			return "without its " + map[string]string{"source": "source", "dest": "destination"}[name] + " for one IP version"
		default:
			has4, has6 = !v6, v6
		}
	}
	return ""
}

// family is the IP version of an address; a set has none.
func (s Scope) family(text string) (v6, isSet, known bool) {
	if !isReference(text) {
		v6, ok := addressList(text)
		return v6, false, ok
	}
	if text[0] == '+' {
		return false, true, true
	}
	v6, found, known := s.alias(text)
	return v6, false, found && known
}

// alias looks a name up: guest/ in the guest's file, dc/ in the datacenter's.
func (s Scope) alias(text string) (v6, found, known bool) {
	scope, name := cutScope(text)
	name = strings.ToLower(name)
	if s.Own != nil && scope != "dc" {
		if v6, ok := s.Own.aliases[name]; ok {
			return v6, true, true
		}
	}
	if scope == "guest" {
		return false, false, true
	}
	if s.Cluster == nil {
		return false, false, !s.Unknown
	}
	v6, found = s.Cluster.aliases[name]
	return v6, found, true
}

// set is the same for sets, whose names have case. Those of the SDN are in no
// .fw file.
func (s Scope) set(text string) (found, known bool) {
	scope, name := cutScope(text)
	switch {
	case scope == "sdn" && s.SDN != nil:
		return s.SDN(name)
	case scope == "sdn":
		return false, !isSDN(name)
	case s.Own != nil && scope != "dc" && s.Own.sets[name]:
		return true, true
	case scope == "guest":
		return false, true
	case s.Cluster == nil:
		return false, !s.Unknown
	}
	return s.Cluster.sets[name], true
}

func isSDN(name string) bool {
	for _, suffix := range []string{"-all", "-gateway", "-no-gateway", "-dhcp"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return strings.HasPrefix(name, "guest-ipam-")
}

func cutScope(text string) (scope, name string) {
	if scope, name, ok := strings.Cut(text, "/"); ok {
		return scope, name
	}
	return "", text
}
