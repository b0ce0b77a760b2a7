package preview

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/facts"
)

// Ports, ICMP types and addresses of a rule (reference/proxmox-firewall §4, §7, §8).

// protoKind is what a rule's -p allows beside it.
type protoKind uint8

const (
	noProto protoKind = iota
	ported
	icmp4
	icmp6
	portless
)

func kindOf(proto string) protoKind {
	switch proto {
	case "":
		return noProto
	case "tcp", "6", "udp", "17", "sctp", "132", "dccp", "33", "udplite", "136":
		return ported
	case "icmp", "1":
		return icmp4
	case "icmpv6", "ipv6-icmp", "58":
		return icmp6
	}
	return portless
}

// portRefusal: ports and types are looked at only where the protocol has them.
func (r *rule) portRefusal() string {
	switch kind := kindOf(r.values["proto"]); kind {
	case ported:
		for _, name := range []string{"dport", "sport"} {
			if list, given := r.values[name]; given && !isPortList(list) {
				return "the port is neither a number nor a service, or the range is wrong"
			}
		}
	case icmp4, icmp6:
		if text, given := r.values["icmp-type"]; given && !isICMPType(text, kind == icmp6) {
			return "the protocol has no such ICMP type"
		}
	}
	return ""
}

func isPortList(list string) bool {
	for item := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(item, ":")
		a, ok := portOf(first)
		if !ok {
			return false
		}
		if b, ok := portOf(last); isRange && (!ok || a > b) {
			return false
		}
	}
	return true
}

// portOf knows numbers and, for every protocol alike, names of services, their
// second names included.
func portOf(text string) (uint64, bool) {
	if n, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 10, 16); err == nil {
		return n, true
	}
	for _, proto := range []string{"tcp", "udp", "sctp"} {
		if port, ok := facts.ServicePort(text, proto); ok {
			return uint64(port), true
		}
	}
	return 0, text != "" && strings.Contains(secondNames, " "+text+" ")
}

// secondNames are the aliases of Debian's service table, which pve-firewall does
// not look at.
const secondNames = " Clearcase authentication cmd comsat dicom fspd gds_db hprop icp ident imap jabber-client" +
	" jabber-server kdc kerberos-iv kerberos-sec kerberos5 kerberos_master krb5 krb5_prop krb_prop" +
	" krcmd l2tp loc-srv lotusnotes lrrd mail moira_db moira_update moira_ureg nicname null" +
	" old-radacct old-radius passwd_server pop-3 portmapper postgres quote radacct readnews routed" +
	" router rptp sane saned sge_execd sge_qmaster sink smtps snmptrap snntp source spooler ssmtp" +
	" subversion syslog tap timserver tsap ttytst untp urd users uucpd wais webcache whod www x11-0" +
	" xfs "

const (
	icmpNames = " echo-reply destination-unreachable source-quench redirect echo-request router-advertisement" +
		" router-solicitation time-exceeded parameter-problem timestamp-request timestamp-reply info-request info-reply" +
		" address-mask-request address-mask-reply network-unreachable host-unreachable protocol-unreachable port-unreachable" +
		" fragmentation-needed source-route-failed network-unknown host-unknown network-prohibited host-prohibited" +
		" TOS-network-unreachable TOS-host-unreachable communication-prohibited host-precedence-violation precedence-cutoff" +
		" network-redirect host-redirect TOS-network-redirect TOS-host-redirect ttl-zero-during-transit" +
		" ttl-zero-during-reassembly ip-header-bad required-option-missing any "
	icmp6Names = " destination-unreachable packet-too-big time-exceeded parameter-problem echo-request echo-reply" +
		" mld-listener-query mld-listener-report mld-listener-done mld-listener-reduction mld2-listener-report" +
		" nd-router-solicit nd-router-advert nd-neighbor-solicit nd-neighbor-advert nd-redirect ind-neighbor-solicit" +
		" ind-neighbor-advert router-renumbering no-route communication-prohibited beyond-scope address-unreachable" +
		" port-unreachable failed-policy ttl-zero-during-transit ttl-zero-during-reassembly bad-header unknown-header-type" +
		" unknown-option router-solicitation router-advertisement neighbor-solicitation neighbour-solicitation" +
		" neighbor-advertisement neighbour-advertisement redirect any "
)

func isICMPType(text string, v6 bool) bool {
	if n, err := strconv.ParseUint(text, 10, 8); err == nil {
		return n <= 255
	}
	names := icmpNames
	if v6 {
		names = icmp6Names
	}
	return !strings.Contains(text, " ") && strings.Contains(names, " "+text+" ")
}

// addressRefusal reads source and dest.
func (r *rule) addressRefusal() string {
	families := map[bool]bool{}
	for _, name := range []string{"source", "dest"} {
		text, given := r.values[name]
		if !given || isReference(text) {
			continue
		}
		v6, ok := addressList(text)
		if !ok {
			return "the " + map[string]string{"source": "source", "dest": "destination"}[name] + " is no address, list, alias or set"
		}
		families[v6] = true
	}
	if len(families) > 1 {
		return "source and destination are of different IP versions"
	}
	return ""
}

// isReference recognises +SET and ALIAS with their scopes.
func isReference(text string) bool {
	name, isSet := strings.CutPrefix(text, "+")
	scope, rest, scoped := strings.Cut(name, "/")
	if scoped {
		if scope != "dc" && scope != "guest" && (scope != "sdn" || !isSet) {
			return false
		}
		name = rest
	}
	found, tail := cutName(name)
	return found != "" && tail == ""
}

// addressList reads addresses, networks and ranges of one IP version.
func addressList(list string) (v6, ok bool) {
	for i, item := range strings.Split(list, ",") {
		a, ok := addressItem(item)
		if !ok || i > 0 && a.Is6() != v6 {
			return false, false
		}
		v6 = a.Is6()
	}
	return v6, true
}

func addressItem(item string) (netip.Addr, bool) {
	first, last, isRange := strings.Cut(item, "-")
	if !isRange {
		return parseNetwork(item)
	}
	a, err := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	good := err == nil && err2 == nil && a.Zone() == "" && b.Zone() == "" && a.Is6() == b.Is6() && a.Compare(b) <= 0
	return a, good
}
