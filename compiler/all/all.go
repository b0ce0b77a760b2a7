// Package all owns the list of backends and nothing else. It must not know what
// any of them prints. Invariant: every backend of the project is in Backends,
// once. Start reading at Backends.
package all

import (
	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/compiler/iptables"
	"github.com/pvefw/pvefw/compiler/nft"
)

// Backends returns every backend.
func Backends() []compiler.Backend { return []compiler.Backend{iptables.New(), nft.New(nft.Options{})} }
