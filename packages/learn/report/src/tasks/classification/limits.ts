/** Classes of a picture of the confusion matrix; with more the cells are too small to read. */
export const confusionPictureUpTo = 30;
