package facts

import (
	"embed"
	"strconv"
	"strings"
	"sync"
)

// The system tables are the first two columns of Debian 12's /etc/protocols,
// /etc/services and /etc/ethertypes, one row per line in the original order.
// system_test.go regenerates them from the conformance set's copies.
//
//go:embed system/*.txt
var systemFiles embed.FS

// systemRows returns the rows of one table, split at the blank.
func systemRows(name string) [][2]string {
	text, err := systemFiles.ReadFile("system/" + name + ".txt")
	if err != nil {
		panic("facts: " + err.Error())
	}
	var rows [][2]string
	for line := range strings.Lines(string(text)) {
		first, second, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		rows = append(rows, [2]string{first, second})
	}
	return rows
}

// EtherType finds a layer-2 protocol by its exact name or by its number as the
// file spells it (0806). Only types whose number is written in decimal digits
// are known: the daemon's reader does not take hex letters, so IPv6 (86DD) and
// most others are not (reference/pve-firewall §2.2).
func EtherType(text string) (name string, ok bool) {
	name, ok = etherTypes()[text]
	return name, ok
}

// EtherTypeNames lists the names that EtherType knows, in the order of the table.
func EtherTypeNames() []string {
	var names []string
	for _, row := range systemRows("ethertypes") {
		if isDigits(row[1]) {
			names = append(names, row[0])
		}
	}
	return names
}

// EtherNumber is the number of a layer-2 protocol by its exact name.
func EtherNumber(name string) (uint16, bool) {
	for _, row := range systemRows("ethertypes") {
		if row[0] == name {
			n, err := strconv.ParseUint(row[1], 16, 16)
			return uint16(n), err == nil
		}
	}
	return 0, false
}

var etherTypes = sync.OnceValue(func() map[string]string {
	byText := map[string]string{}
	for _, row := range systemRows("ethertypes") {
		if !isDigits(row[1]) {
			continue
		}
		byText[row[0]] = row[0]
		byText[row[1]] = row[0]
	}
	return byText
})

// isDigits reports whether s is one or more ASCII digits.
func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// mustNumber reads a number of a table that the tests have checked.
func mustNumber(s string, bits int) uint64 {
	n, err := strconv.ParseUint(s, 10, bits)
	if err != nil {
		panic("facts: " + err.Error())
	}
	return n
}
