package community

// What a place is when it is more, or less, than a building's entrance.
const (
	SpotOwn      = ""         // the building, or the reporter's own entrance
	SpotHome     = "home"     // inside the flat
	SpotOutdoors = "outdoors" // between the buildings
	SpotOther    = "other"    // as the note or the location says
)

// Place is where something is.
type Place struct {
	Building int64    // 0: none
	Entrance int      // 0: not said
	Flat     string   // only where it matters
	Spot     string   // one of the Spot codes
	Note     string   // in the words of whoever reported it
	Lat, Lon *float64 // where a location was sent
}
