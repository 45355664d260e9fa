"""What builds and guards the house: import contracts, scaffolds, the synthetic city."""
