package ir

import "net/netip"

// builtinField is a bit per parameter of Builtin; fields lists them in this order.
type builtinField uint16

const (
	fieldSet builtinField = 1 << iota
	fieldNet
	fieldMAC
	fieldMark
	fieldRA
	fieldQueue
	fieldLog
	fieldPeers
	fieldAnyCast
)

// builtinFields says which parameters a kind may have.
var builtinFields = [RejectNoise + 1]builtinField{
	IPSEstablished: fieldQueue,
	NDP:            fieldRA | fieldQueue,
	Blacklist:      fieldSet | fieldLog,
	Smurfs:         fieldLog,
	BadTCPFlags:    fieldLog,
	Management:     fieldSet | fieldNet,
	Corosync:       fieldPeers | fieldAnyCast,
	ConnMark:       fieldMark,
	MACFilter:      fieldMAC,
	IPFilter:       fieldSet,
}

// builtin checks that the parameters of the kind are there and no others.
func (v *verifier) builtin(b *Builtin) {
	if b.Kind > RejectNoise {
		v.check(false, "unknown built-in %d", b.Kind)
		return
	}
	have, may := b.fields(), builtinFields[b.Kind]
	v.check(have&^may == 0, "built-in %s has parameters of another kind", b.Kind)
	v.check(b.Set == nil || v.sets[b.Set], "built-in %s names a set that the policy does not list", b.Kind)
	switch b.Kind {
	case Blacklist, IPFilter:
		v.check(b.Set != nil, "built-in %s has no set", b.Kind)
	case MACFilter:
		v.check(b.MAC != "", "built-in macfilter has no MAC")
	case ConnMark:
		v.check(b.Mark > 0, "built-in connmark has no mark")
	case Management:
		v.check(b.Dir == Out || b.Set != nil, "built-in management has no set")
		v.check(b.Dir == In || b.Net != nil, "built-in management has no network")
		v.addr(b.Net, "local network", b.Families)
	case Corosync:
		v.peers(b)
	case Smurfs:
		v.check(b.Families == OnlyV4, "built-in smurfs is for IPv4 only")
	case NDP, RADrop:
		v.check(b.Families == OnlyV6, "built-in %s is for IPv6 only", b.Kind)
	}
}

func (v *verifier) peers(b *Builtin) {
	for _, p := range b.Peers {
		for _, text := range []string{p.Local, p.Remote} {
			a, err := netip.ParseAddr(text)
			v.check(err == nil && familyOf(a) == Only(p.Family), "built-in corosync: %q is no %s address", text, p.Family)
		}
	}
}

// fields tells which parameters are set.
func (b *Builtin) fields() builtinField {
	used := [...]bool{b.Set != nil, b.Net != nil, b.MAC != "", b.Mark != 0, b.RA,
		b.Verdict.Queue != nil, b.Log != nil, len(b.Peers) > 0, b.AnyCast}
	var have builtinField
	for i, u := range used {
		if u {
			have |= 1 << i
		}
	}
	return have
}
