package flow

import "testing"

func TestTheNumberOfACaseIsFoundInWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		no    int64
		alone bool
		asks  bool
	}{
		{text: "208", no: 208, alone: true},
		{text: " 208号？", no: 208, alone: true},
		{text: "No. 208", no: 208, alone: true},
		{text: "#208", no: 208, alone: true},
		{text: "208号怎么样了", no: 208, asks: true},
		{text: "那个208号修了吗", no: 208, asks: true},
		{text: "What about 208?", no: 208, asks: true},
		{text: "any news of no. 208", no: 208, asks: true},
		{text: "208号还在漏水", no: 208},
		{text: "no 208 still leaks", no: 208},
		{text: "3号楼的灯怎么样了"},
		{text: "3号院没水"},
		{text: "楼下的长椅坏了"},
		{text: "I live in 208"},
		{text: "call 0535-555-0101"},
		{text: "99999999999号"},
		{text: ""},
	} {
		got, ok := numberIn(tt.text)
		want := caseNumber{no: tt.no, alone: tt.alone, asks: tt.asks}
		if ok != (tt.no != 0) || ok && got != want {
			t.Errorf("numberIn(%q) = %+v, %v, want %+v", tt.text, got, ok, want)
		}
	}
}
