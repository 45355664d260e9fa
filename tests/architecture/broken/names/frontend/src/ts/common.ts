export const forbidden = true;
