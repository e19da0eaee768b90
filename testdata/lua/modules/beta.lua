loadedBeta = (loadedBeta or 0) + 1
