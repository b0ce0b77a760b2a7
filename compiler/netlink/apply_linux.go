package netlink

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Apply sends a batch and says what became of it: nil when it is in force; a *Refusal
// when the kernel refused it and what was in force before still is; ErrStale when the
// ruleset was not the one that the batch was made for, and still is; another error when
// nothing was sent, or ErrUnknown. It may be repeated if it was made for any ruleset.
func (c *Conn) Apply(b *Batch) error {
	err := c.transact(&b.ready)
	if errors.Is(err, ErrUnknown) {
		c.tryTo(&b.undo) // of what was refused there is nothing, but somebody else's may bear the names
	}
	if err != nil && !errors.Is(err, errLost) {
		return err
	}
	lost := err != nil
	b.ready.settle()
	before, err := c.Generation()
	if err == nil {
		err = c.transact(&b.swap)
	}
	if lost && err == nil || errors.Is(err, errLost) {
		err = c.decide(b, before)
	}
	if err != nil {
		c.tryTo(&b.undo)
		return err
	}
	b.swap.settle()
	c.tryTo(&b.clean)
	return nil
}

// settle waits until no packet is on its way that met what was in force before the
// transaction. The kernel has two places for the rules of a chain, which take turns: a
// packet that is held up for two transactions finds those of the third. Where the kernel
// does not wait, only packets that are held up for longer than a transaction takes do.
func (t *transaction) settle() {
	if t.bytes != nil {
		_, _, _ = unix.Syscall(unix.SYS_MEMBARRIER, barrierGlobal, 0, 0)
	}
}

// barrierGlobal is MEMBARRIER_CMD_GLOBAL, which waits for a grace period of RCU.
const barrierGlobal = 1

// tryTo sends what removes things that nothing leads to. Packets meet the same without
// it: what stays because somebody else uses it is seen by whoever reads, and removed by
// the next batch.
func (c *Conn) tryTo(t *transaction) { _ = c.transact(t) }

// errLost says that there was no place for an answer. That says nothing about what was
// answered: the kernel drops an answer, never a transaction.
var errLost = errors.New("the kernel's answer was lost")

// transact sends one transaction and waits for the answer.
func (c *Conn) transact(t *transaction) error {
	if t.bytes == nil {
		return nil
	}
	c.grow(unix.SO_SNDBUFFORCE, unix.SO_SNDBUF, len(t.bytes)+1<<16)
	if err := c.send(t.bytes); errors.Is(err, unix.ENOBUFS) {
		c.drain()
		return errLost
	} else if err != nil {
		return fmt.Errorf("the batch was not sent: %w", err)
	}
	refused, err := c.answer(t)
	if refused == nil && err == nil {
		return nil
	}
	c.drain() // one refused message is enough to know that none was taken
	switch {
	case refused == nil && errors.Is(err, unix.ENOBUFS):
		return errLost
	case refused == nil:
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	case errors.Is(refused.Reason, unix.ERESTART):
		return ErrStale
	}
	return refused
}

// answer collects what the kernel says until it has answered the last message, which
// it does behind the errors of all others, or refused the transaction as a whole. Once
// an answer was lost, an acknowledgement means nothing, because the last message is
// acknowledged in a refused transaction too; what is still there is read for errors.
func (c *Conn) answer(t *transaction) (*Refusal, error) {
	a := answers{sent: t, last: uint32(len(t.places) - 1)}
	flags := 0
	for !a.done || flags != 0 {
		err := c.receive(flags, a.add)
		switch {
		case errors.Is(err, unix.ENOBUFS):
			flags = unix.MSG_DONTWAIT
		case flags != 0 && errors.Is(err, unix.EAGAIN):
			return a.refused, unix.ENOBUFS
		case err != nil:
			return a.refused, err
		}
	}
	return a.refused, nil
}

// answers are those to one batch.
type answers struct {
	sent    *transaction
	last    uint32
	done    bool
	refused *Refusal
}

func (a *answers) add(m reply) error {
	if m.kind != unix.NLMSG_ERROR || m.sequence > a.last {
		return nil
	}
	a.done = a.done || m.sequence == a.last || m.sequence == 0
	words, reason := m.failure()
	switch {
	case reason == nil:
	case a.refused == nil:
		a.refused = a.sent.refusal(m.sequence)
		a.refused.Reason, a.refused.Detail = reason, words
	default:
		a.refused.Others++
	}
	return nil
}

// decide finds out what became of a batch whose answer was lost, by what is in force.
func (c *Conn) decide(b *Batch, before uint32) error {
	after, err := c.Generation()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	c.tryTo(&b.clean) // as long as the old is in force, what it uses cannot be removed
	switch there, err := b.inForce(c); {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	case there:
		return nil
	case after == before:
		return &Refusal{Reason: unix.ENOBUFS}
	}
	return ErrUnknown
}

// holds reports whether a program and nothing else is in force.
func (c *Conn) holds(p *nft.Program) (bool, error) {
	image, err := c.Read()
	if err != nil {
		return false, err
	}
	return len(image.Strange) == 0 && nft.Diff(image.Program, p).Empty(), nil
}

// drain throws away what is still there to be received.
func (c *Conn) drain() {
	for {
		n, _, err := unix.Recvfrom(c.fd, c.buffer, unix.MSG_DONTWAIT)
		if errors.Is(err, unix.EAGAIN) || err == nil && n == 0 || err != nil && !errors.Is(err, unix.ENOBUFS) && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
