package supervise

import (
	"errors"
	"fmt"
	"io/fs"
)

// Boot brings the rules back that the machine had, before its network is up: those from
// before a change that nobody had confirmed, else those that were good last. The
// sentence says what was done. The caller holds the lock.
func (s *Store) Boot(open Opener) (string, error) {
	ended, waiting, err := s.Settle(open)
	switch {
	case err != nil:
		return "", err
	case waiting != nil:
		return fmt.Sprintf("change %d waits for confirmation; nothing was done", waiting.ID), nil
	case ended != nil && ended.Result.Outcome == Restored:
		return fmt.Sprintf("change %d was taken back: %s", ended.ID, ended.Result.Reason), nil
	}
	saved, err := readBounded(s.path("good"), mostKept)
	if errors.Is(err, fs.ErrNotExist) {
		return "no rules have been applied yet; nothing was done", nil
	}
	if err != nil {
		return "", sayf(err, "%s cannot be read", s.path("good"))
	}
	k, err := open()
	if err != nil {
		return "", sayf(err, "the kernel cannot be asked")
	}
	defer k.Close()
	good, err := k.Parse(saved)
	if err != nil {
		return "", sayf(err, "%s is damaged", s.path("good"))
	}
	if err := replace(k, good); err != nil {
		return "", sayf(err, "the rules that were in force last cannot be brought back")
	}
	return "the rules that were in force last are in force again", nil
}
