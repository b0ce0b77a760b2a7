package netlink

import (
	"encoding/binary"
	"fmt"

	"github.com/google/nftables"
	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Numbers that golang.org/x/sys does not have.
const (
	flagConcat      = 0x80 // NFT_SET_CONCAT
	descConcat      = 2    // NFTA_SET_DESC_CONCAT
	fieldLength     = 1    // NFTA_SET_FIELD_LEN
	elementKeyEnd   = 10   // NFTA_SET_ELEM_KEY_END
	batchGeneration = 1    // NFNL_BATCH_GENID
	policyAccept    = 1    // NF_ACCEPT
	typeBits        = 6    // of one type in the number of a concatenated key
	verdictType     = 0xffffff00
)

// Byte orders of keys, as nft notes them down for its own listing.
const (
	orderNone = 0
	orderHost = 1
	orderBig  = 2
)

// dataTypes are nft's types by their names; the numbers are only for its listing.
var dataTypes = map[string]*nftables.SetDatatype{
	"nf_proto": &nftables.TypeNFProto, "ether_type": &nftables.TypeEtherType, "inet_proto": &nftables.TypeInetProto, "ifname": &nftables.TypeIFName,
	"pkt_type": &nftables.TypePktType, "mark": &nftables.TypeMark, "ct_state": &nftables.TypeCTState, "ether_addr": &nftables.TypeEtherAddr,
	"integer": &nftables.TypeInteger, "ipv4_addr": &nftables.TypeIPAddr, "ipv6_addr": &nftables.TypeIP6Addr, "inet_service": &nftables.TypeInetService,
	"tcp_flag": &nftables.TypeTCPFlag, "icmp_type": &nftables.TypeICMPType, "icmp_code": &nftables.TypeICMPCode,
	"icmpv6_type": &nftables.TypeICMP6Type, "icmpv6_code": &nftables.TypeICMPV6Code, "fib_addrtype": &nftables.TypeFIBAddr,
}

// set makes a set and fills it.
func (e *encoder) set(s *nft.Set) error {
	if len(s.Key) == 0 || len(s.Key) > 4 {
		return fmt.Errorf("a key of %d fields", len(s.Key))
	}
	e.lastID++
	id := e.lastID
	e.ids[s] = id
	at := e.message(unix.NFT_MSG_NEWSET, unix.NLM_F_CREATE)
	e.text(unix.NFTA_SET_TABLE, e.table.Name)
	e.text(unix.NFTA_SET_NAME, e.setName(s))
	e.number(unix.NFTA_SET_FLAGS, setFlags(s))
	number, length := keyType(s.Key)
	e.number(unix.NFTA_SET_KEY_TYPE, number)
	e.number(unix.NFTA_SET_KEY_LEN, length)
	if s.Verdicts {
		e.number(unix.NFTA_SET_DATA_TYPE, verdictType)
		e.number(unix.NFTA_SET_DATA_LEN, 0)
	}
	e.number(unix.NFTA_SET_ID, id)
	e.description(s)
	if s.Timeout > 0 {
		e.value(unix.NFTA_SET_TIMEOUT, binary.BigEndian.AppendUint64(nil, 1000*uint64(s.Timeout)))
	}
	e.value(unix.NFTA_SET_USERDATA, userData(s))
	e.end(at)
	e.elements(s, id)
	return nil
}

func setFlags(s *nft.Set) uint32 {
	var flags uint32
	for flag, on := range map[uint32]bool{
		unix.NFT_SET_ANONYMOUS | unix.NFT_SET_CONSTANT: s.Name == "",
		unix.NFT_SET_INTERVAL:                          s.Interval,
		flagConcat:                                     ranges(s),
		unix.NFT_SET_MAP:                               s.Verdicts,
		unix.NFT_SET_TIMEOUT | unix.NFT_SET_EVAL:       s.Dynamic,
	} {
		if on {
			flags |= flag
		}
	}
	return flags
}

// ranges reports whether elements are ranges in several fields at once, for which the
// kernel has a set of its own kind, with both ends in one element.
func ranges(s *nft.Set) bool { return s.Interval && len(s.Key) > 1 }

// keyType is the number of the type and the length: in a key of several, each field
// fills whole registers.
func keyType(key []nft.Field) (number, length uint32) {
	for _, f := range key {
		s := f.Spec()
		number = number<<typeBits | dataTypes[s.Type].GetNFTMagic()
		length += uint32(s.Size)
		if len(key) > 1 {
			length = (length + 3) &^ 3
		}
	}
	return number, length
}

// description says how many elements there will be, by which the kernel chooses the
// kind of a set, and how a key of several is divided.
func (e *encoder) description(s *nft.Set) {
	count := s.Size
	if s.Name == "" {
		count = uint32(entries(s))
	}
	if count == 0 && !ranges(s) {
		return
	}
	at := e.nest(unix.NFTA_SET_DESC)
	if count > 0 {
		e.number(unix.NFTA_SET_DESC_SIZE, count)
	}
	if ranges(s) {
		fields := e.nest(descConcat)
		for _, f := range s.Key {
			field := e.nest(unix.NFTA_LIST_ELEM)
			e.number(fieldLength, uint32(f.Spec().Size))
			e.close(field)
		}
		e.close(fields)
	}
	e.close(at)
}

// entries is how many elements the kernel gets at most: of a range in one field both
// ends are elements, and what is in front of the first one is another.
func entries(s *nft.Set) int {
	if s.Interval && !ranges(s) {
		return 2*len(s.Elements) + 1
	}
	return len(s.Elements)
}

// userData is what nft keeps for its listing.
func userData(s *nft.Set) []byte {
	order := byte(orderNone)
	if len(s.Key) == 1 {
		order = orderHost
		if spec := s.Key[0].Spec(); spec.Load == nft.LoadPayload || s.Key[0] == nft.Protocol {
			order = orderBig
		}
	}
	data := []byte{userKeyOrder, 4, order, 0, 0, 0}
	if s.Verdicts {
		data = append(data, userDataOrder, 4, orderNone, 0, 0, 0)
	}
	return data
}
