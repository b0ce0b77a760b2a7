package lower

import (
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// frames makes what every forwarded packet meets, and what stands before the
// guests' IN chains (reference/pve-firewall §6.4, §6.5).
func (l *lowering) frames() {
	host := l.node.Host
	var forward []ir.Node
	if q, ok := l.anyQueue(); ok {
		forward = append(forward, &ir.Builtin{Kind: ir.IPSEstablished, Families: ir.Both,
			Verdict: ir.Verdict{Queue: q}, Origin: builtinOrigin(host, ir.IPSEstablished)})
	}
	if !options(host).Bool("nf_conntrack_allow_invalid", false) {
		forward = append(forward, &ir.Builtin{Kind: ir.DropInvalid, Families: ir.Both,
			Origin: optionOrigin(host, "nf_conntrack_allow_invalid").With(ir.ByBuiltin, ir.DropInvalid.String())})
	}
	forward = append(forward, simple(ir.Established, ir.In, host))
	forward = append(forward, l.leftOut()...)
	l.policy.Forward = body("forward", ir.In, forward)
	l.policy.BridgeIn = body("bridge-in", ir.In, l.inputFilters())
}

func body(name string, dir ir.Direction, nodes []ir.Node) *ir.Body {
	whole := ir.Whole(len(nodes))
	return &ir.Body{Name: name, Dir: dir, Nodes: nodes, Build: [2]ir.Build{whole, whole}}
}

// simple makes a built-in without parameters for both families.
func simple(kind ir.BuiltinKind, dir ir.Direction, fw *config.FW) *ir.Builtin {
	return &ir.Builtin{Kind: kind, Dir: dir, Families: ir.Both, Origin: builtinOrigin(fw, kind)}
}

// inputFilters are the filters before everything that comes in: blacklist,
// smurfs, impossible TCP flags (reference/pve-firewall §6.5).
func (l *lowering) inputFilters() []ir.Node {
	var nodes []ir.Node
	host, p := l.node.Host, l.policy
	if set := l.sets[setKey{0, "blacklist"}]; set != nil {
		nodes = append(nodes, &ir.Builtin{Kind: ir.Blacklist, Families: ir.Both, Set: set, Log: p.BlacklistLog,
			Origin: set.Origin.With(ir.ByBuiltin, ir.Blacklist.String())})
	}
	if options(host).Bool("nosmurfs", true) {
		nodes = append(nodes, &ir.Builtin{Kind: ir.Smurfs, Families: ir.OnlyV4, Log: p.SmurfLog,
			Origin: optionOrigin(host, "nosmurfs").With(ir.ByBuiltin, ir.Smurfs.String())})
	}
	if options(host).Bool("tcpflags", false) {
		nodes = append(nodes, &ir.Builtin{Kind: ir.BadTCPFlags, Families: ir.Both, Log: p.TCPFlagsLog,
			Origin: optionOrigin(host, "tcpflags").With(ir.ByBuiltin, ir.BadTCPFlags.String())})
	}
	return nodes
}
