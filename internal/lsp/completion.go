package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"github.com/pvefw/pvefw/internal/diag"
	"go.lsp.dev/protocol"
)

func offerCompletion(c *protocol.ServerCapabilities) {
	c.CompletionProvider = &protocol.CompletionOptions{ResolveProvider: yes(), TriggerCharacters: []string{" ", "[", "(", ":", "+", "/", ",", "-"}}
}

func atCompletion(p *protocol.CompletionParams) *protocol.TextDocumentPositionParams {
	return &p.TextDocumentPositionParams
}

var itemKinds = [...]protocol.CompletionItemKind{
	assist.SectionItem: protocol.CompletionItemKindModule, assist.OptionItem: protocol.CompletionItemKindProperty,
	assist.ValueItem: protocol.CompletionItemKindValue, assist.KeywordItem: protocol.CompletionItemKindKeyword,
	assist.MacroItem: protocol.CompletionItemKindFunction, assist.FlagItem: protocol.CompletionItemKindField,
	assist.AliasItem: protocol.CompletionItemKindConstant, assist.SetItem: protocol.CompletionItemKindEnum,
	assist.GroupItem: protocol.CompletionItemKindClass, assist.NICItem: protocol.CompletionItemKindInterface,
	assist.TemplateItem: protocol.CompletionItemKindSnippet,
}

// completion lists what may stand at the cursor; a client without snippets gets the
// items that need none.
func completion(v *view, p assist.Place, _ *protocol.CompletionParams) *protocol.CompletionList {
	items, whole := p.Complete()
	list := &protocol.CompletionList{Items: []protocol.CompletionItem{}, IsIncomplete: !whole}
	for _, i := range items {
		if i.Snippet && !v.client.snippets() {
			if i.Kind != assist.MacroItem {
				continue
			}
			i.Insert, i.Snippet = i.Label, false
		}
		list.Items = append(list.Items, v.completionItem(i))
	}
	return list
}

func (v *view) completionItem(i assist.Item) protocol.CompletionItem {
	detail := diag.Visible(i.Detail)
	item := protocol.CompletionItem{
		Label: diag.Visible(i.Label), Kind: itemKinds[i.Kind], SortText: protocol.NewOptional(i.Sort),
		TextEdit: &protocol.TextEdit{Range: v.rangeOf(i.Span), NewText: i.Insert},
	}
	if i.Useless != "" {
		detail = i.Useless + "; " + detail
		item.Tags = []protocol.CompletionItemTag{protocol.CompletionItemTagDeprecated}
	}
	if detail != "" {
		item.Detail = protocol.NewOptional(detail)
	}
	if i.Snippet {
		item.InsertTextFormat = protocol.InsertTextFormatSnippet
	}
	if i.Key != "" {
		item.Data = encoded(&keyed{string(v.uriOf(v.name)), i.Key})
	}
	return item
}

// keyed leads from an item back to what it stands for.
type keyed struct {
	URI string `json:"uri"`
	Key string `json:"key"`
}

func dataOfItem(p *protocol.CompletionItem) protocol.LSPAny { return p.Data }

// resolveItem adds the explanation, which most items of a list never need.
func resolveItem(_ *view, f assist.File, p *protocol.CompletionItem) {
	var k keyed
	if !held(p.Data, &k) {
		return
	}
	if text := f.Document(k.Key); text != "" {
		p.Documentation = markdown(text)
	}
}

// snippets reports whether tab stops can be inserted.
func (c *client) snippets() bool {
	d := c.caps.TextDocument
	return d != nil && d.Completion != nil && d.Completion.CompletionItem != nil && given(d.Completion.CompletionItem.SnippetSupport)
}
