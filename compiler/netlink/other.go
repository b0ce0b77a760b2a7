//go:build !linux

package netlink

import (
	"errors"

	"github.com/pvefw/pvefw/compiler/nft"
)

var errNoKernel = errors.New("nftables is part of the Linux kernel, and this is another system")

// Conn is a connection to a kernel; there is none here.
type Conn struct{}

// Open fails: there is no kernel to speak to.
func Open() (*Conn, error) { return nil, errNoKernel }

// Close does nothing.
func (*Conn) Close() error { return nil }

// Encode fails: the numbers of the messages are Linux's.
func Encode(*nft.Program) (*Batch, error) { return nil, errNoKernel }

// Apply fails.
func (*Conn) Apply(*Batch) error { return errNoKernel }

// Read fails.
func (*Conn) Read() (*Image, error) { return nil, errNoKernel }

// Generation fails.
func (*Conn) Generation() (uint32, error) { return 0, errNoKernel }

// Hashes fails.
func (*Conn) Hashes() (Hashes, error) { return nil, errNoKernel }

// EncodeDelta fails: the numbers of the messages are Linux's.
func EncodeDelta(*nft.Delta, uint32) (*Batch, error) { return nil, errNoKernel }

// ReadWhere fails.
func (*Conn) ReadWhere(func(ChainID, string) bool) (*Image, error) { return nil, errNoKernel }

// Others fails.
func (*Conn) Others() ([]string, error) { return nil, errNoKernel }

// Listing is what a kernel told of chains; there is none here.
type Listing struct{}

// Recall does nothing.
func (*Conn) Recall(*Listing) {}

// Listing is none.
func (*Conn) Listing() *Listing { return nil }

// Chains are none.
func (*Listing) Chains() int { return 0 }

// Equal is false.
func (*Listing) Equal(*Listing) bool { return false }

// Bytes are none.
func (*Listing) Bytes() []byte { return nil }

// ReadListing fails: what was listed is a kernel's.
func ReadListing([]byte) (*Listing, error) { return nil, errNoKernel }

// Saved is what a kernel held; there is none here.
type Saved struct{}

// Save fails.
func (*Conn) Save() (*Saved, error) { return nil, errNoKernel }

// Bytes are none.
func (*Saved) Bytes() []byte { return nil }

// ReadSaved fails: what is saved is for a kernel.
func ReadSaved([]byte) (*Saved, error) { return nil, errNoKernel }

// Image fails.
func (*Saved) Image(...string) (*Image, error) { return nil, errNoKernel }

// Digest is that of nothing.
func (*Saved) Digest() string { return "" }

// Restore fails.
func (*Conn) Restore(*Saved) error { return errNoKernel }
