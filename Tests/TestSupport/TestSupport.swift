// Doubles and builders that the test targets share.
