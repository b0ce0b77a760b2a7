package ir

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// maxSetID is the longest name of a kernel set behind its prefix.
const maxSetID = 20

// KernelName is the name of the set's kernel set for one family: PVEFW- and
// OWNER-NAME-vF, or a 31-bit FNV-1a hash of that where it is too long
// (reference/pve-firewall §4.7). The order of these names is the order in which
// sets are loaded.
func (s *Set) KernelName(f Family) string {
	id := strconv.Itoa(s.Owner) + "-" + s.Name + [...]string{"-v4", "-v6"}[f]
	if len(id) > maxSetID {
		h := fnv.New32a()
		h.Write([]byte(id))
		id = strings.ToUpper(strconv.FormatUint(uint64(h.Sum32()&0x7fffffff), 16))
	}
	return "PVEFW-" + id
}
