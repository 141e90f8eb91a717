// Finds passages of documents by meaning of words: chunking, index, ranking.
