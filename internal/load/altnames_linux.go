package load

import (
	"encoding/binary"
	"strings"
	"syscall"
)

// Attributes of a link message that the syscall package does not name.
const (
	linkProperties = 52 // IFLA_PROP_LIST, nested
	linkAltName    = 53 // IFLA_ALT_IFNAME
	nestedFlag     = 0x8000
)

// altNames asks the kernel for the alternative names of this machine's interfaces;
// nil where it does not tell.
func altNames() map[string]string {
	raw, err := syscall.NetlinkRIB(syscall.RTM_GETLINK, syscall.AF_UNSPEC)
	if err != nil {
		return nil
	}
	messages, err := syscall.ParseNetlinkMessage(raw)
	if err != nil {
		return nil
	}
	var out map[string]string
	for i := range messages {
		attrs, err := syscall.ParseNetlinkRouteAttr(&messages[i])
		if err != nil || messages[i].Header.Type != syscall.RTM_NEWLINK {
			continue
		}
		name, alternatives := linkNames(attrs)
		for _, alt := range alternatives {
			if out == nil {
				out = map[string]string{}
			}
			out[alt] = name
		}
	}
	return out
}

func linkNames(attrs []syscall.NetlinkRouteAttr) (name string, alternatives []string) {
	for _, a := range attrs {
		switch a.Attr.Type &^ nestedFlag {
		case syscall.IFLA_IFNAME:
			name = cString(a.Value)
		case linkProperties:
			alternatives = append(alternatives, properties(a.Value)...)
		}
	}
	return name, alternatives
}

// properties reads the names out of a nested list of attributes, each a length, a
// type and a value, aligned to four bytes.
func properties(raw []byte) []string {
	var out []string
	for len(raw) >= syscall.SizeofRtAttr {
		size := int(binary.NativeEndian.Uint16(raw))
		if size < syscall.SizeofRtAttr || size > len(raw) {
			return out
		}
		if binary.NativeEndian.Uint16(raw[2:])&^nestedFlag == linkAltName {
			out = append(out, cString(raw[syscall.SizeofRtAttr:size]))
		}
		raw = raw[min((size+3)&^3, len(raw)):]
	}
	return out
}

func cString(raw []byte) string {
	text, _, _ := strings.Cut(string(raw), "\x00")
	return text
}
