package grammar

import "sync"

// language is what one Parse works with: a memory, room for the tokens of one
// line, and room for the lines to come. It is not for concurrent use.
type language struct {
	memory *memory // nil stands for lasting
	room
	note     bool    // there may be a finding about the line in hand
	carriage bool    // the file has a carriage return
	refusal  bool    // the name of a header of the file was refused
	notable  []int32 // indexes of the lines with a note
	faults   map[Fault]*Fault
	scan     scan     // its text is the file
	kept     []uint16 // see File.kept
}

// idle are languages between two files: the room that one file leaves is used by
// the next.
var idle = sync.Pool{New: func() any { return &language{} }}

// open makes g ready for a file.
func (g *language) open(data []byte) {
	g.scan.text, g.scan.marks = data, mark(g.scan.marks, data)
	g.scan.sign.at = 0
}

// release makes g ready for another file. Of this one it keeps nothing but room
// that no file refers to, and not too much of that.
func (g *language) release() {
	const most = 1 << 15
	if len(g.notable) > most || cap(g.kept) > most || len(g.scan.shape) > most || cap(g.scan.marks) > most {
		g.scan, g.notable, g.kept = scan{}, nil, nil
	}
	g.scan.text, g.kept = nil, g.kept[:0]
	g.room, g.notable, g.faults, g.refusal = room{}, g.notable[:0], nil, false
	idle.Put(g)
}

func (g *language) known() *memory {
	if g.memory == nil {
		return lasting
	}
	return g.memory
}

// bytes is the text of a word.
func (g *language) bytes(w Word) []byte { return g.scan.text[w.Start:w.End] }
