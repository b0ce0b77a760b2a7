package netlink

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Apply sends a batch and says what became of it: nil when it is in force; a *Refusal
// when the kernel refused it and what was in force before still is; another error when
// nothing was sent, or ErrUnknown. It may be repeated.
func (c *Conn) Apply(b *Batch) error {
	c.grow(unix.SO_SNDBUFFORCE, unix.SO_SNDBUF, len(b.bytes)+1<<16)
	before, err := c.generation()
	if err != nil {
		return err
	}
	if err := c.send(b.bytes); err != nil && !errors.Is(err, unix.ENOBUFS) {
		return fmt.Errorf("the batch was not sent: %w", err)
	} else if err != nil {
		return c.decide(b, before)
	}
	refused, err := c.answer(b)
	switch {
	case refused != nil:
		c.drain() // one refused message is enough to know that none was taken
		return refused
	case errors.Is(err, unix.ENOBUFS):
		return c.decide(b, before)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return nil
}

// answer collects what the kernel says until it has answered the last message, which
// it does behind the errors of all others, or refused the transaction as a whole. Once
// an answer was lost, an acknowledgement means nothing, because the last message is
// acknowledged in a refused transaction too; what is still there is read for errors.
func (c *Conn) answer(b *Batch) (*Refusal, error) {
	a := answers{batch: b, last: uint32(len(b.places) - 1)}
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
	batch   *Batch
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
		a.refused = a.batch.refusal(m.sequence)
		a.refused.Reason, a.refused.Detail = reason, words
	default:
		a.refused.Others++
	}
	return nil
}

// decide finds out what became of a batch whose answer was lost because a buffer was
// full. That says nothing: the kernel drops an answer, never a transaction. What is in
// force decides.
func (c *Conn) decide(b *Batch, before uint32) error {
	c.drain()
	after, err := c.generation()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if after == before {
		return &Refusal{Reason: unix.ENOBUFS}
	}
	image, err := c.Read()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	case len(image.Strange) > 0 || Normal(image.Program).Script() != Normal(b.program).Script():
		return ErrUnknown
	}
	return nil
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
