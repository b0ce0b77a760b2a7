// Package config owns the resolved, typed model of a datacenter: files, options,
// aliases, sets, groups, rules, nodes, guests and their NICs, with every name
// looked up once. It must not know what any of it does to a packet. Invariant:
// after Resolve nobody looks a name up again; a Ref says what it found, or why
// not, both as the reader and as the generator of pve-firewall see it. Start
// reading at Config, then Resolve.
package config
