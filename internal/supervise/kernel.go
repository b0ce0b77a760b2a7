package supervise

// Kernel is what a change needs of the kernel. A test has one of its own.
type Kernel interface {
	// Save reads pvefw's tables exactly as they are.
	Save() (Ruleset, error)

	// Parse reads what a Ruleset was written down as. The bytes come from a disk.
	Parse(saved []byte) (Ruleset, error)

	// Restore puts a ruleset into force, in one transaction, in place of what is there.
	Restore(r Ruleset) error

	Close() error
}

// Ruleset is pvefw's tables at some moment.
type Ruleset interface {
	Bytes() []byte
	Digest() string // equal exactly if the rulesets are
}

// Opener connects to the kernel.
type Opener func() (Kernel, error)
