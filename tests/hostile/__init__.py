"""Records as a hostile or broken sender might write them, made from real samples and a seed."""
