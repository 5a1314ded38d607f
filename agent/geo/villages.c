/*
 * villages: where the county's smaller places are, from general knowledge, to
 * a hundredth of a degree (about a kilometre).
 *
 * Towns and larger villages are in towns.c, to a thousandth.  Where a name is
 * held more than once in the county, the best known stands here; an imported
 * gazetteer knows all of them and outranks this table.
 */
#include "agent/geo/villages.h"

#include "agent/base/check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* clang-format off */
static const struct village table[] = {
	{ "Abberton", 51.83, 0.91 }, { "Abbess Roding", 51.78, 0.28 },
	{ "Abridge", 51.65, 0.12 }, { "Aldham", 51.89, 0.77 },
	{ "Alresford", 51.86, 1.00 }, { "Althorne", 51.66, 0.76 },
	{ "Arkesden", 51.99, 0.15 }, { "Ashdon", 52.05, 0.31 },
	{ "Asheldham", 51.68, 0.85 }, { "Ashen", 52.04, 0.54 },
	{ "Ashingdon", 51.61, 0.69 }, { "Audley End", 52.02, 0.22 },
	{ "Aveley", 51.50, 0.25 }, { "Aythorpe Roding", 51.81, 0.31 },
	{ "Bardfield Saling", 51.91, 0.43 }, { "Barling", 51.57, 0.79 },
	{ "Barnston", 51.85, 0.38 }, { "Battlesbridge", 51.62, 0.57 },
	{ "Beaumont", 51.88, 1.15 }, { "Belchamp Otten", 52.05, 0.62 },
	{ "Belchamp Walter", 52.04, 0.66 }, { "Berden", 51.94, 0.12 },
	{ "Berechurch", 51.86, 0.89 }, { "Bicknacre", 51.69, 0.58 },
	{ "Birch", 51.84, 0.83 }, { "Birdbrook", 52.04, 0.48 },
	{ "Black Notley", 51.85, 0.56 }, { "Blackmore", 51.69, 0.32 },
	{ "Bobbingworth", 51.72, 0.22 },
	{ "Bocking Churchstreet", 51.90, 0.56 }, { "Boreham", 51.76, 0.54 },
	{ "Borley", 52.05, 0.69 }, { "Boxted", 51.95, 0.91 },
	{ "Bradfield", 51.93, 1.11 }, { "Bradwell", 51.87, 0.62 },
	{ "Bradwell Waterside", 51.73, 0.88 }, { "Broomfield", 51.77, 0.47 },
	{ "Broxted", 51.92, 0.28 }, { "Bulmer", 52.02, 0.69 },
	{ "Bulmer Tye", 52.01, 0.69 }, { "Burton End", 51.90, 0.23 },
	{ "Buttsbury", 51.66, 0.40 }, { "Canewdon", 51.62, 0.74 },
	{ "Chappel", 51.92, 0.76 }, { "Chickney", 51.93, 0.28 },
	{ "Chignal Smealy", 51.77, 0.42 }, { "Chignal St James", 51.76, 0.41 },
	{ "Chrishall", 52.03, 0.11 }, { "Cold Norton", 51.67, 0.67 },
	{ "Colne Engaine", 51.94, 0.69 }, { "Copford", 51.87, 0.81 },
	{ "Cornish Hall End", 52.01, 0.46 }, { "Crays Hill", 51.60, 0.48 },
	{ "Creeksea", 51.63, 0.79 }, { "Cressing", 51.85, 0.60 },
	{ "Debden", 51.98, 0.25 }, { "Dengie", 51.69, 0.87 },
	{ "Doddinghurst", 51.67, 0.30 }, { "Downham", 51.63, 0.49 },
	{ "Duddenhoe End", 52.00, 0.11 }, { "Duton Hill", 51.92, 0.32 },
	{ "East Donyland", 51.86, 0.92 }, { "East Hanningfield", 51.67, 0.56 },
	{ "East Horndon", 51.58, 0.35 }, { "East Mersea", 51.79, 0.98 },
	{ "East Tilbury", 51.47, 0.42 }, { "Easthorpe", 51.86, 0.77 },
	{ "Eight Ash Green", 51.90, 0.82 }, { "Elder Street", 51.98, 0.27 },
	{ "Elmdon", 52.03, 0.13 }, { "Elmstead Market", 51.88, 1.00 },
	{ "Epping Green", 51.73, 0.09 }, { "Epping Upland", 51.72, 0.10 },
	{ "Farnham", 51.90, 0.14 }, { "Faulkbourne", 51.81, 0.60 },
	{ "Feering", 51.84, 0.72 }, { "Fingringhoe", 51.84, 0.94 },
	{ "Fobbing", 51.53, 0.47 }, { "Ford End", 51.82, 0.43 },
	{ "Fordham", 51.92, 0.80 }, { "Fordstreet", 51.91, 0.79 },
	{ "Foulness Island", 51.60, 0.91 }, { "Foxearth", 52.07, 0.68 },
	{ "Frating", 51.87, 1.03 }, { "Fryerning", 51.68, 0.36 },
	{ "Fyfield", 51.74, 0.27 }, { "Gestingthorpe", 52.01, 0.64 },
	{ "Goldhanger", 51.75, 0.76 }, { "Good Easter", 51.79, 0.35 },
	{ "Gosfield", 51.94, 0.59 }, { "Great Braxted", 51.80, 0.70 },
	{ "Great Bromley", 51.90, 1.03 }, { "Great Burstead", 51.61, 0.43 },
	{ "Great Canfield", 51.83, 0.31 }, { "Great Clacton", 51.80, 1.15 },
	{ "Great Easton", 51.90, 0.33 }, { "Great Hallingbury", 51.85, 0.20 },
	{ "Great Henny", 52.01, 0.72 }, { "Great Horkesley", 51.94, 0.88 },
	{ "Great Maplestead", 51.98, 0.65 }, { "Great Notley", 51.86, 0.53 },
	{ "Great Stambridge", 51.60, 0.74 }, { "Great Warley", 51.59, 0.28 },
	{ "Great Wigborough", 51.79, 0.85 }, { "Greensted", 51.70, 0.22 },
	{ "Hadstock", 52.08, 0.27 }, { "Hastingwood", 51.75, 0.15 },
	{ "Hazeleigh", 51.70, 0.65 }, { "Helions Bumpstead", 52.05, 0.40 },
	{ "Hempstead", 52.02, 0.38 }, { "Henham", 51.93, 0.24 },
	{ "Herongate", 51.59, 0.35 }, { "Heybridge", 51.74, 0.69 },
	{ "Heybridge Basin", 51.73, 0.71 }, { "High Beach", 51.66, 0.03 },
	{ "High Easter", 51.81, 0.35 }, { "High Laver", 51.76, 0.21 },
	{ "High Ongar", 51.71, 0.26 }, { "High Roding", 51.83, 0.34 },
	{ "Holland-on-Sea", 51.80, 1.20 }, { "Hook End", 51.67, 0.30 },
	{ "Horndon on the Hill", 51.52, 0.41 }, { "Howe Green", 51.69, 0.52 },
	{ "Howe Street", 51.80, 0.46 }, { "Hutton", 51.63, 0.36 },
	{ "Ingrave", 51.60, 0.34 }, { "Kelvedon Hatch", 51.67, 0.27 },
	{ "Kirby Cross", 51.84, 1.22 }, { "Kirby-le-Soken", 51.85, 1.22 },
	{ "Lamarsh", 51.99, 0.75 }, { "Lambourne End", 51.64, 0.13 },
	{ "Langdon Hills", 51.56, 0.42 }, { "Langenhoe", 51.83, 0.92 },
	{ "Langford", 51.75, 0.66 }, { "Langham", 51.95, 0.96 },
	{ "Langley", 52.00, 0.10 }, { "Lawford", 51.94, 1.04 },
	{ "Layer Marney", 51.82, 0.79 }, { "Leaden Roding", 51.80, 0.31 },
	{ "Lindsell", 51.93, 0.38 }, { "Liston", 52.07, 0.70 },
	{ "Little Baddow", 51.74, 0.57 }, { "Little Bardfield", 51.96, 0.41 },
	{ "Little Bentley", 51.88, 1.08 }, { "Little Braxted", 51.80, 0.66 },
	{ "Little Bromley", 51.91, 1.04 }, { "Little Burstead", 51.60, 0.41 },
	{ "Little Chesterford", 52.05, 0.21 },
	{ "Little Clacton", 51.83, 1.14 }, { "Little Dunmow", 51.86, 0.40 },
	{ "Little Easton", 51.89, 0.32 }, { "Little Hallingbury", 51.83, 0.18 },
	{ "Little Horkesley", 51.95, 0.84 }, { "Little Laver", 51.76, 0.24 },
	{ "Little Leighs", 51.82, 0.48 }, { "Little Maplestead", 51.97, 0.65 },
	{ "Little Oakley", 51.91, 1.22 }, { "Little Sampford", 51.98, 0.39 },
	{ "Little Tey", 51.88, 0.75 }, { "Little Thurrock", 51.48, 0.35 },
	{ "Little Totham", 51.78, 0.73 }, { "Little Wakering", 51.56, 0.79 },
	{ "Little Walden", 52.05, 0.26 }, { "Little Waltham", 51.79, 0.48 },
	{ "Little Wigborough", 51.80, 0.88 }, { "Littlebury", 52.03, 0.21 },
	{ "Littlebury Green", 52.02, 0.17 }, { "Magdalen Laver", 51.75, 0.19 },
	{ "Manuden", 51.93, 0.17 }, { "Margaret Roding", 51.78, 0.32 },
	{ "Margaretting", 51.68, 0.42 }, { "Margaretting Tye", 51.68, 0.43 },
	{ "Marks Tey", 51.88, 0.78 }, { "Mashbury", 51.78, 0.40 },
	{ "Matching", 51.78, 0.21 }, { "Matching Tye", 51.78, 0.19 },
	{ "Mayland", 51.68, 0.76 }, { "Maylandsea", 51.68, 0.76 },
	{ "Messing", 51.83, 0.75 }, { "Middleton", 52.02, 0.74 },
	{ "Mill Green", 51.68, 0.37 }, { "Mistley", 51.94, 1.08 },
	{ "Molehill Green", 51.91, 0.27 }, { "Moreton", 51.74, 0.23 },
	{ "Mount Bures", 51.96, 0.77 }, { "Mountnessing", 51.66, 0.35 },
	{ "Mucking", 51.50, 0.43 }, { "Mundon", 51.70, 0.71 },
	{ "Navestock", 51.66, 0.22 }, { "Navestock Side", 51.66, 0.25 },
	{ "Noak Bridge", 51.59, 0.46 }, { "North End", 51.84, 0.41 },
	{ "North Fambridge", 51.64, 0.67 }, { "North Shoebury", 51.54, 0.79 },
	{ "North Stifford", 51.50, 0.31 }, { "Norton Heath", 51.72, 0.31 },
	{ "Nounsley", 51.77, 0.59 }, { "Orsett Heath", 51.50, 0.37 },
	{ "Paglesham", 51.60, 0.80 }, { "Panfield", 51.90, 0.52 },
	{ "Pattiswick", 51.89, 0.64 }, { "Pebmarsh", 51.97, 0.69 },
	{ "Peldon", 51.81, 0.88 }, { "Pentlow", 52.07, 0.65 },
	{ "Pilgrims Hatch", 51.63, 0.29 }, { "Pleshey", 51.80, 0.41 },
	{ "Purleigh", 51.69, 0.66 }, { "Quendon", 51.95, 0.20 },
	{ "Ramsden Bellhouse", 51.61, 0.49 }, { "Ramsden Heath", 51.64, 0.47 },
	{ "Ramsey", 51.93, 1.22 }, { "Rawreth", 51.61, 0.57 },
	{ "Rayne", 51.87, 0.51 }, { "Rickling", 51.96, 0.18 },
	{ "Rickling Green", 51.95, 0.20 }, { "Ridgewell", 52.04, 0.53 },
	{ "Rivenhall", 51.82, 0.65 }, { "Rivenhall End", 51.81, 0.66 },
	{ "Roundbush", 51.69, 0.69 }, { "Roydon", 51.77, 0.04 },
	{ "Runwell", 51.62, 0.53 }, { "Salcott", 51.79, 0.81 },
	{ "Sandon", 51.72, 0.53 }, { "Sewards End", 52.02, 0.28 },
	{ "Shalford", 51.94, 0.50 }, { "Sheering", 51.80, 0.19 },
	{ "Shelley", 51.72, 0.25 }, { "Shellow Bowells", 51.74, 0.33 },
	{ "Shenfield", 51.63, 0.32 }, { "Silver End", 51.85, 0.62 },
	{ "South Benfleet", 51.55, 0.56 }, { "South Fambridge", 51.63, 0.67 },
	{ "South Green", 51.62, 0.43 }, { "South Hanningfield", 51.65, 0.52 },
	{ "South Weald", 51.62, 0.27 }, { "Springfield", 51.75, 0.49 },
	{ "St Lawrence", 51.71, 0.83 }, { "Stambourne", 52.01, 0.51 },
	{ "Stanford Rivers", 51.68, 0.22 }, { "Stanway", 51.88, 0.82 },
	{ "Stapleford Abbotts", 51.64, 0.17 },
	{ "Stapleford Tawney", 51.67, 0.18 }, { "Steeple", 51.69, 0.80 },
	{ "Stickling Green", 51.96, 0.15 }, { "Stisted", 51.90, 0.62 },
	{ "Stock", 51.66, 0.44 }, { "Stondon Massey", 51.68, 0.29 },
	{ "Stow Maries", 51.66, 0.65 }, { "Strethall", 52.04, 0.17 },
	{ "Sturmer", 52.07, 0.48 }, { "Tendring", 51.88, 1.11 },
	{ "Terling", 51.80, 0.57 }, { "Theydon Garnon", 51.67, 0.13 },
	{ "Theydon Mount", 51.67, 0.15 }, { "Thornwood", 51.72, 0.13 },
	{ "Thorpe Bay", 51.54, 0.76 }, { "Thorrington", 51.85, 1.04 },
	{ "Thundersley", 51.57, 0.59 }, { "Tilbury Juxta Clare", 52.03, 0.57 },
	{ "Tilty", 51.91, 0.33 }, { "Tolleshunt D'Arcy", 51.77, 0.80 },
	{ "Tolleshunt Knights", 51.79, 0.77 },
	{ "Tolleshunt Major", 51.77, 0.76 }, { "Toot Hill", 51.70, 0.19 },
	{ "Toppesfield", 52.01, 0.53 }, { "Twinstead", 52.00, 0.71 },
	{ "Ugley", 51.93, 0.20 }, { "Ugley Green", 51.92, 0.20 },
	{ "Ulting", 51.75, 0.61 }, { "Upshire", 51.69, 0.04 },
	{ "Vange", 51.56, 0.48 }, { "Wakes Colne", 51.93, 0.74 },
	{ "Weeley", 51.85, 1.11 }, { "Weeley Heath", 51.84, 1.11 },
	{ "Wendens Ambo", 52.00, 0.20 }, { "West Bergholt", 51.91, 0.85 },
	{ "West Hanningfield", 51.67, 0.50 }, { "West Horndon", 51.57, 0.34 },
	{ "West Thurrock", 51.48, 0.28 }, { "White Colne", 51.93, 0.73 },
	{ "White Notley", 51.84, 0.59 }, { "White Roding", 51.79, 0.27 },
	{ "Wicken Bonhunt", 51.97, 0.19 }, { "Wickham Bishops", 51.78, 0.67 },
	{ "Wickham St Paul", 51.99, 0.67 }, { "Widdington", 51.96, 0.23 },
	{ "Willingale", 51.74, 0.31 }, { "Wimbish Green", 51.99, 0.32 },
	{ "Woodham Ferrers", 51.66, 0.60 }, { "Woodham Mortimer", 51.71, 0.63 },
	{ "Woodham Walter", 51.73, 0.62 }, { "Wormingford", 51.95, 0.81 },
	{ "Wrabness", 51.94, 1.17 },
};

/* What people call towns and villages for short. */
static const struct villages_alias aliases[] = {
	{ "Burnham", "Burnham-on-Crouch" },
	{ "Canvey", "Canvey Island" },
	{ "Clacton", "Clacton-on-Sea" },
	{ "Dunmow", "Great Dunmow" },
	{ "Frinton", "Frinton-on-Sea" },
	{ "Hatfield Pev", "Hatfield Peverel" },
	{ "Leigh", "Leigh-on-Sea" },
	{ "Mersea", "West Mersea" },
	{ "North Weald", "North Weald Bassett" },
	{ "Ongar", "Chipping Ongar" },
	{ "South Woodham", "South Woodham Ferrers" },
	{ "Southend", "Southend-on-Sea" },
	{ "Stansted", "Stansted Mountfitchet" },
	{ "Walden", "Saffron Walden" },
};
/* clang-format on */

size_t
villages_count(void)
{
	return COUNT(table);
}

const struct village *
villages_get(size_t i)
{
	CHECK(i < COUNT(table));
	return &table[i];
}

size_t
villages_alias_count(void)
{
	return COUNT(aliases);
}

const struct villages_alias *
villages_get_alias(size_t i)
{
	CHECK(i < COUNT(aliases));
	return &aliases[i];
}
