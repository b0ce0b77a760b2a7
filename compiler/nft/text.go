package nft

import "strconv"

// appendStmts writes statements in the words of the script.
func appendStmts(b []byte, stmts []Stmt) []byte {
	for i, s := range stmts {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendStmt(b, s)
	}
	return b
}

func appendStmt(b []byte, s Stmt) []byte {
	switch s := s.(type) {
	case *Compare:
		b = appendField(b, s.Field, s.Not)
		if s.Begins {
			return append(append(append(b, '"'), s.Value.Name...), `*"`...)
		}
		return appendValue(b, s.Field, s.Value)
	case *Masked:
		return appendMasked(b, s)
	case *Between:
		return appendSpan(appendField(b, s.Field, s.Not), s.Field, Span{s.First, s.Last})
	case *Lookup:
		b = appendFields(b, s.Fields)
		if s.Not {
			b = append(b, " !="...)
		}
		return appendSet(append(b, ' '), s.Set)
	case *Dispatch:
		return appendSet(append(appendFields(b, s.Fields), " vmap "...), s.Map)
	case *Verdict:
		return appendVerdict(b, *s)
	}
	return appendAction(b, s)
}

// appendAction writes what changes or tells something.
func appendAction(b []byte, s Stmt) []byte {
	switch s := s.(type) {
	case *Reject:
		return appendReject(b, s)
	case *Queue:
		b = strconv.AppendUint(append(b, "queue flags bypass to "...), uint64(s.First), 10)
		if s.Last > s.First {
			b = strconv.AppendUint(append(b, '-'), uint64(s.Last), 10)
		}
		return b
	case *Log:
		return append(append(append(b, `log prefix "`...), s.Prefix...), `" group 0`...)
	case *Limit:
		return appendLimit(append(b, "limit rate "...), s)
	case *SetMark:
		return appendSetMark(b, s)
	case *SetConnMark:
		return strconv.AppendUint(append(b, "ct mark set "...), uint64(s.Value), 10)
	case *SetHelper:
		return append(append(append(b, `ct helper set "`...), s.Helper.Name...), '"')
	case *Overrun:
		b = append(append(append(append(b, "add @"...), s.Set.Name...), " { "...), s.Field.String()...)
		if size := 8 * s.Field.Spec().Size; s.Mask != leading(size, size) {
			b = appendValue(append(b, " & "...), s.Field, s.Mask)
		}
		return append(appendLimit(append(b, " limit rate over "...), &s.Limit), " }"...)
	}
	panic("unreachable: unknown statement")
}

func appendField(b []byte, f Field, not bool) []byte {
	b = append(b, f.String()...)
	if not {
		b = append(b, " !="...)
	}
	return append(b, ' ')
}

func appendFields(b []byte, fields []Field) []byte {
	for i, f := range fields {
		if i > 0 {
			b = append(b, " . "...)
		}
		b = append(b, f.String()...)
	}
	return b
}

// appendMasked writes an address under a mask as a prefix, states as a list, and
// anything else as it is.
func appendMasked(b []byte, s *Masked) []byte {
	switch {
	case s.Field.isAddress():
		size := 8 * s.Field.Spec().Size
		n, _ := Span{s.Mask, leading(size, size)}.prefixOf(size)
		b = appendValue(appendField(b, s.Field, s.Not), s.Field, s.Value)
		return strconv.AppendInt(append(b, '/'), int64(n), 10)
	case s.Field == State && s.Not && s.Value == Value{}:
		return appendBits(append(b, "ct state "...), s.Mask.Lo, stateNames[:], ",")
	case s.Field == TCPFlags:
		b = append(appendBits(append(b, "tcp flags & ("...), s.Mask.Lo, flagNames[:], " | "), ") "...)
		b = append(b, map[bool]string{false: "== ", true: "!= "}[s.Not]...)
		if s.Value.Lo == 0 {
			return append(b, "0x0"...)
		}
		return append(appendBits(append(b, '('), s.Value.Lo, flagNames[:], " | "), ')')
	}
	b = appendValue(append(append(b, s.Field.String()...), " & "...), s.Field, s.Mask)
	b = append(b, map[bool]string{false: " == ", true: " != "}[s.Not]...)
	return appendValue(b, s.Field, s.Value)
}

var (
	stateNames = [...]string{"invalid", "established", "related", "new", "", "", "untracked"}
	flagNames  = [...]string{"fin", "syn", "rst", "psh", "ack", "urg"}
)

func appendBits(b []byte, bits uint64, names []string, separator string) []byte {
	first := true
	for i, name := range names {
		if bits&(1<<i) == 0 {
			continue
		}
		if !first {
			b = append(b, separator...)
		}
		b, first = append(b, name...), false
	}
	return b
}

func appendVerdict(b []byte, v Verdict) []byte {
	b = append(b, v.Kind.String()...)
	if v.Kind == Jump || v.Kind == Goto {
		b = append(append(b, ' '), v.Chain...)
	}
	return b
}

func appendReject(b []byte, r *Reject) []byte {
	switch {
	case r.TCPReset:
		return append(b, "reject with tcp reset"...)
	case r.V6:
		b = append(b, "reject with icmpv6 type "...)
		return append(b, map[uint8]string{adminProhibited6: "admin-prohibited", portUnreachable6: "port-unreachable"}[r.Code]...)
	}
	b = append(b, "reject with icmp type "...)
	return append(b, map[uint8]string{hostProhibited4: "host-prohibited", portUnreachable4: "port-unreachable"}[r.Code]...)
}

func appendLimit(b []byte, l *Limit) []byte {
	b = strconv.AppendUint(b, l.Rate, 10)
	b = append(append(b, '/'), l.Unit.String()...)
	b = strconv.AppendUint(append(b, " burst "...), uint64(l.Burst), 10)
	return append(b, " packets"...)
}

// appendSetMark writes the two forms in use: a bit on, or off.
func appendSetMark(b []byte, s *SetMark) []byte {
	if s.Flip != 0 {
		return appendHex(append(b, "meta mark set meta mark | "...), uint64(s.Flip), 4)
	}
	return appendHex(append(b, "meta mark set meta mark & "...), uint64(s.Keep), 4)
}

func appendHex(b []byte, n uint64, size int) []byte {
	return appendDigits(append(b, "0x"...), n, 2*size)
}

// appendDigits writes the last so many hexadecimal digits.
func appendDigits(b []byte, n uint64, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		b = append(b, "0123456789abcdef"[n>>(4*i)&15])
	}
	return b
}
