package diag

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
)

func TestWriteJSON(t *testing.T) {
	var out bytes.Buffer
	l := sample(t)
	s := Summarize(l)
	s.Files = 1
	if err := WriteJSON(&out, l, s); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.json", out.Bytes())
	if !json.Valid(out.Bytes()) {
		t.Error("not JSON")
	}
}

func TestWriteJSONOfNothing(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, nil, Summary{}); err != nil {
		t.Fatal(err)
	}
	const want = `{"version":1,
 "findings":[],
 "summary":{"error":0,"warning":0,"info":0,"files":0,"ignored":0,"missing_facts":[]}}
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}

// Columns count code points and survive bytes that are not UTF-8; terminal
// controls are escaped and mean the same after decoding.
func TestWriteJSONPositionsAndEscapes(t *testing.T) {
	f := source.NewFile("100.fw", []byte("é\xffü word\n"))
	d := New(unknown, f.Span(6, 10), "bad \u009b \u202e <&>")
	var out bytes.Buffer
	if err := WriteJSON(&out, List{d}, Summary{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Findings []struct {
			Message string
			Range   struct{ Start, End source.Pos }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	g := got.Findings[0]
	if g.Range.Start != (source.Pos{Line: 1, Column: 5}) || g.Range.End != (source.Pos{Line: 1, Column: 9}) {
		t.Errorf("range %+v", g.Range)
	}
	if g.Message != "bad \u009b \u202e <&>" {
		t.Errorf("message %q", g.Message)
	}
	if bytes.ContainsAny(out.Bytes(), "\u009b\u202e") || !bytes.Contains(out.Bytes(), []byte("<&>")) {
		t.Errorf("not escaped as it should be: %s", out.Bytes())
	}
}
