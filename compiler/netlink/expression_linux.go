package netlink

import (
	"encoding/binary"
	"time"

	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// The forms.
const (
	buildCompare builder = iota
	buildMasked
	buildBetween
	buildLookup
	buildDispatch
	buildVerdict
	buildReject
	buildQueue
	buildLog
	buildLimit
	buildSetMark
	buildSetConnMark
	buildSetHelper
	buildOverrun
	builders
)

// makers are the expressions of each form, in the library's types.
var makers = [builders]maker{
	buildCompare:     makeCompare,
	buildMasked:      makeMasked,
	buildBetween:     makeBetween,
	buildLookup:      makeLookup,
	buildDispatch:    makeDispatch,
	buildVerdict:     makeVerdict,
	buildReject:      makeReject,
	buildQueue:       makeQueue,
	buildLog:         makeLog,
	buildLimit:       makeLimit,
	buildSetMark:     makeSetMark,
	buildSetConnMark: makeSetConnMark,
	buildSetHelper:   makeSetHelper,
	buildOverrun:     makeOverrun,
}

// register is the number of the register that begins after so many words of four
// bytes: the kernel has a number of its own for each that begins at a fourth one.
func register(word int) uint32 {
	if word%4 == 0 {
		return uint32(unix.NFT_REG_1 + word/4)
	}
	return uint32(unix.NFT_REG32_00 + word)
}

// words is how many registers a field takes.
func words(f nft.Field) int { return (f.Spec().Size + 3) / 4 }

// load reads a field, or its first bytes, into a register.
func load(f nft.Field, size int, register uint32) expr.Any {
	s := f.Spec()
	switch s.Load {
	case nft.LoadConntrack:
		return &expr.Ct{Key: expr.CtKey(s.Key), Register: register}
	case nft.LoadPayload:
		return &expr.Payload{DestRegister: register, Base: expr.PayloadBase(s.Key), Offset: s.Offset, Len: uint32(size)}
	case nft.LoadFib:
		return &expr.Fib{Register: register, ResultADDRTYPE: true,
			FlagSADDR: s.Key&unix.NFTA_FIB_F_SADDR != 0, FlagDADDR: s.Key&unix.NFTA_FIB_F_DADDR != 0}
	}
	return &expr.Meta{Key: expr.MetaKey(s.Key), Register: register}
}

func loadWhole(f nft.Field) expr.Any { return load(f, f.Spec().Size, unix.NFT_REG_1) }

func equal(f form) expr.CmpOp {
	if f.choice != 0 {
		return expr.CmpOpNeq
	}
	return expr.CmpOpEq
}

func makeCompare(f form, v [][]byte) []expr.Any {
	field := f.unpack()[0]
	size := field.Spec().Size
	if f.size > 0 && !field.Spec().Name {
		size = int(f.size)
	}
	return []expr.Any{load(field, size, unix.NFT_REG_1), &expr.Cmp{Op: equal(f), Register: unix.NFT_REG_1, Data: v[0]}}
}

func makeMasked(f form, v [][]byte) []expr.Any {
	return []expr.Any{loadWhole(f.unpack()[0]), mask(v[0]), &expr.Cmp{Op: equal(f), Register: unix.NFT_REG_1, Data: v[1]}}
}

func mask(m []byte) expr.Any {
	return &expr.Bitwise{SourceRegister: unix.NFT_REG_1, DestRegister: unix.NFT_REG_1, Len: uint32(len(m)), Mask: m, Xor: make([]byte, len(m))}
}

func makeBetween(f form, v [][]byte) []expr.Any {
	field := loadWhole(f.unpack()[0])
	if f.choice != 0 {
		return []expr.Any{field, &expr.Range{Op: expr.CmpOpNeq, Register: unix.NFT_REG_1, FromData: v[0], ToData: v[1]}}
	}
	return []expr.Any{field,
		&expr.Cmp{Op: expr.CmpOpGte, Register: unix.NFT_REG_1, Data: v[0]},
		&expr.Cmp{Op: expr.CmpOpLte, Register: unix.NFT_REG_1, Data: v[1]}}
}

// key loads fields beside each other.
func key(fields []nft.Field) []expr.Any {
	var out []expr.Any
	word := 0
	for _, f := range fields {
		out = append(out, load(f, f.Spec().Size, register(word)))
		word += words(f)
	}
	return out
}

func makeLookup(f form, v [][]byte) []expr.Any {
	return append(key(f.unpack()), &expr.Lookup{SourceRegister: unix.NFT_REG_1, SetID: binary.BigEndian.Uint32(v[0]), SetName: string(v[1]), Invert: f.choice != 0})
}

func makeDispatch(f form, v [][]byte) []expr.Any {
	return append(key(f.unpack()), &expr.Lookup{SourceRegister: unix.NFT_REG_1, DestRegister: unix.NFT_REG_VERDICT, IsDestRegSet: true, SetID: binary.BigEndian.Uint32(v[0]), SetName: string(v[1])})
}

// verdicts are the kernel's numbers.
var verdicts = [...]expr.VerdictKind{
	nft.Accept: expr.VerdictAccept, nft.Drop: expr.VerdictDrop, nft.Return: expr.VerdictReturn, nft.Jump: expr.VerdictJump, nft.Goto: expr.VerdictGoto,
}

func makeVerdict(f form, v [][]byte) []expr.Any {
	verdict := &expr.Verdict{Kind: verdicts[f.choice]}
	if f.named > 0 {
		verdict.Chain = string(v[0])
	}
	return []expr.Any{verdict}
}

func makeReject(f form, _ [][]byte) []expr.Any {
	if f.choice != 0 {
		return []expr.Any{&expr.Reject{Type: unix.NFT_REJECT_TCP_RST}}
	}
	return []expr.Any{&expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: f.size}}
}

func makeQueue(_ form, v [][]byte) []expr.Any {
	return []expr.Any{&expr.Queue{Num: binary.BigEndian.Uint16(v[0]), Total: binary.BigEndian.Uint16(v[1]), Flag: expr.QueueFlagBypass}}
}

func makeLog(f form, v [][]byte) []expr.Any {
	l := &expr.Log{Key: 1<<unix.NFTA_LOG_GROUP | 1<<unix.NFTA_LOG_PREFIX}
	if f.named > 0 {
		l.Data = append([]byte(nil), v[0]...)
	}
	return []expr.Any{l}
}

func limit(v [][]byte, over bool) *expr.Limit {
	return &expr.Limit{Type: expr.LimitTypePkts, Over: over, Rate: binary.BigEndian.Uint64(v[0]),
		Unit: expr.LimitTime(binary.BigEndian.Uint64(v[1])), Burst: binary.BigEndian.Uint32(v[2])}
}

func makeLimit(_ form, v [][]byte) []expr.Any { return []expr.Any{limit(v, false)} }

func makeSetMark(_ form, v [][]byte) []expr.Any {
	return []expr.Any{loadWhole(nft.Mark),
		&expr.Bitwise{SourceRegister: unix.NFT_REG_1, DestRegister: unix.NFT_REG_1, Len: 4, Mask: v[0], Xor: v[1]},
		&expr.Meta{Key: expr.MetaKeyMARK, SourceRegister: true, Register: unix.NFT_REG_1}}
}

func makeSetConnMark(_ form, v [][]byte) []expr.Any {
	return []expr.Any{&expr.Immediate{Register: unix.NFT_REG_1, Data: v[0]},
		&expr.Ct{Key: expr.CtKeyMARK, SourceRegister: true, Register: unix.NFT_REG_1}}
}

func makeSetHelper(_ form, v [][]byte) []expr.Any {
	return []expr.Any{&expr.Objref{Type: unix.NFT_OBJECT_CT_HELPER, Name: string(v[0])}}
}

func makeOverrun(f form, v [][]byte) []expr.Any {
	out := []expr.Any{loadWhole(f.unpack()[0])}
	if f.choice != 0 {
		out = append(out, mask(v[4]))
	}
	return append(out, &expr.Dynset{SrcRegKey: unix.NFT_REG_1, SetID: binary.BigEndian.Uint32(v[0]), SetName: string(v[len(v)-1]),
		Operation: unix.NFT_DYNSET_OP_ADD, Timeout: 0 * time.Second, Exprs: []expr.Any{limit(v[1:4], true)}})
}
