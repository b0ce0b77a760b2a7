package diag

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/pvefw/pvefw/internal/source"
)

// jsonVersion is the version of the shape that WriteJSON writes. Keys may be
// added under the same version; renaming or removing one needs a new version.
const jsonVersion = 1

type jsonEffects struct {
	PVEFirewall     string `json:"pve-firewall"`
	ProxmoxFirewall string `json:"proxmox-firewall"`
}

type jsonRange struct {
	Start source.Pos `json:"start"`
	End   source.Pos `json:"end"`
}

type jsonRelated struct {
	File    string     `json:"file"`
	Range   *jsonRange `json:"range,omitempty"`
	Message string     `json:"message"`
}

type jsonEdit struct {
	File  string     `json:"file"`
	Range *jsonRange `json:"range,omitempty"`
	Text  string     `json:"text"`
}

type jsonFix struct {
	Title  string     `json:"title"`
	Safety string     `json:"safety"`
	Edits  []jsonEdit `json:"edits"`
}

type jsonFinding struct {
	Rule                  string        `json:"rule"`
	Category              string        `json:"category"`
	Severity              string        `json:"severity"`
	Message               string        `json:"message"`
	Effect                string        `json:"effect"`
	Effects               jsonEffects   `json:"effects"`
	ProxmoxMessage        string        `json:"proxmox_message,omitempty"`
	ProxmoxRuntimeMessage string        `json:"proxmox_runtime_message,omitempty"`
	File                  string        `json:"file"`
	Range                 *jsonRange    `json:"range,omitempty"`
	Related               []jsonRelated `json:"related"`
	Fixes                 []jsonFix     `json:"fixes"`
}

// WriteJSON writes l and s as one JSON document, one finding per line, in the
// order of l. Keys are always there, except the two texts of the daemon, which
// are absent where it says nothing, and range, absent for a whole file. Columns
// count code points; ends are exclusive.
func WriteJSON(w io.Writer, l List, s Summary) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\"version\":%d,\n \"findings\":[", jsonVersion)
	for i := range l {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n  ")
		if err := encode(out, finding(&l[i])); err != nil {
			return err
		}
	}
	if len(l) > 0 {
		out.WriteString("\n ")
	}
	out.WriteString("],\n \"summary\":")
	if s.MissingFacts == nil {
		s.MissingFacts = []string{}
	}
	if err := encode(out, s); err != nil {
		return err
	}
	out.WriteString("}\n")
	return out.Flush()
}

func finding(d *Diagnostic) jsonFinding {
	f := jsonFinding{
		Rule: d.Rule.Code, Category: d.Rule.Category, Severity: d.Severity.String(),
		Message: d.Message, Effect: d.Effect, Effects: jsonEffects(d.Effects),
		ProxmoxMessage: d.ProxmoxMessage, ProxmoxRuntimeMessage: d.ProxmoxRuntimeMessage,
		File: fileName(d.Span), Range: rangeOf(d.Span),
		Related: []jsonRelated{}, Fixes: []jsonFix{},
	}
	for _, r := range d.Related {
		f.Related = append(f.Related, jsonRelated{File: fileName(r.Span), Range: rangeOf(r.Span), Message: r.Message})
	}
	for _, x := range d.Fixes {
		fix := jsonFix{Title: x.Title, Safety: x.Safety.String(), Edits: []jsonEdit{}}
		for _, e := range x.Edits {
			fix.Edits = append(fix.Edits, jsonEdit{File: fileName(e.Span), Range: editRange(e.Span), Text: e.Text})
		}
		f.Fixes = append(f.Fixes, fix)
	}
	return f
}

func fileName(s source.Span) string {
	if s.File == nil {
		return ""
	}
	return s.File.Name()
}

func rangeOf(s source.Span) *jsonRange {
	if s.File == nil || s.WholeFile() {
		return nil
	}
	return &jsonRange{Start: s.From(), End: s.To()}
}

// editRange differs from rangeOf in that 0..0 is an insertion at the top of the
// file, not the file as a whole.
func editRange(s source.Span) *jsonRange {
	if s.File == nil {
		return nil
	}
	return &jsonRange{Start: s.From(), End: s.To()}
}

// encode writes v on one line. Runes that could drive a terminal or turn text
// around are written as escapes; inside a JSON document they can only stand in
// strings, where an escape means the same.
func encode(w *bufio.Writer, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode finding: %w", err)
	}
	for _, r := range string(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))) {
		if r >= 0x7F && r <= 0x9F || isFormat(r) && r < 0x10000 {
			fmt.Fprintf(w, "\\u%04x", r)
			continue
		}
		w.WriteRune(r)
	}
	return nil
}
