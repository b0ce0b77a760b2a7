package assist

import (
	"fmt"
	"strings"
	"testing"
)

func TestTooManyItemsAreNarrowedByWhatIsTyped(t *testing.T) {
	var b strings.Builder
	b.WriteString("[ALIASES]\n")
	for i := range mostItems + 500 {
		fmt.Fprintf(&b, "alias%d 10.0.0.1\n", i)
	}
	b.WriteString("\n[RULES]\nIN ACCEPT -source alias24")
	text := b.String()
	w := build(t, map[string]string{"cluster.fw": text})
	p := file(t, w, "cluster.fw").At(len(text))
	for offset, want := range map[int]int{len(text) - len("alias24"): mostItems, len(text): 232} { // those with a 2 and a 4 behind it
		items, whole := p.At(offset).Complete()
		if whole || len(items) != want {
			t.Errorf("behind %q: %d items, whole=%t, want %d", text[offset-3:offset], len(items), whole, want)
		}
	}
}
