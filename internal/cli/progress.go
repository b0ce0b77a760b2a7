package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
)

// progressDelay is how long work may take before a person is told about it.
const progressDelay = time.Second

// progress tells on a terminal's standard error what takes long; the function it
// returns ends that and wipes the line.
func (s *Streams) progress(what string) func() {
	if !s.Progress {
		return func() {}
	}
	var mu sync.Mutex
	shown, over := false, false
	timer := time.AfterFunc(progressDelay, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			shown = true
			fmt.Fprintf(s.Stderr, "\rpvefw: %s …", diag.Visible(what))
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		if over = true; shown {
			fmt.Fprint(s.Stderr, "\r\x1b[K")
		}
		shown = false
	}
}
