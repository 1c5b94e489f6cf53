"""Who is who: source records tied to people and families, with every doubt kept and every decision remembered."""
