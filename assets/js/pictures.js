// Pictures on their way into a form: photographs made as small as the server would make them before they are sent, and
// what is pasted or dropped put among the files that were chosen.
const WIDEST = 1600; // editorial/documents/pictures.py
const WORTH_IT = 500 * 1024;
const QUALITY = 0.92;
const PHOTO = /^image\/(jpeg|heic|heif)$/;
const PICTURE = /^image\/(jpeg|png|gif|webp)$/;

/** The photograph upright and at most as wide as the server keeps it; as it is where the browser can't read it. */
async function shrunk(file) {
  if (!PHOTO.test(file.type) || (file.type === 'image/jpeg' && file.size < WORTH_IT)) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const canvas = document.createElement('canvas');
    const scale = Math.min(1, WIDEST / bitmap.width);
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', QUALITY); });
    if (!blob || (file.type === 'image/jpeg' && blob.size >= file.size)) return file;
    return new File([blob], file.name.replace(/\.(heic|heif)$/i, '.jpg'), { type: 'image/jpeg' });
  } catch {
    return file;
  }
}

/** The fields of `form` as they are to be sent: a slow line carries no pixels that are not kept. */
export async function fieldsToSend(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  for (const { name } of form.querySelectorAll('input[type="file"][multiple]')) {
    const files = data.getAll(name);
    data.delete(name);
    for (const file of files) data.append(name, await shrunk(file)); // one after the other: each takes much memory
  }
  return data;
}

/** The pictures among the files of a clipboard or of what is dropped. */
export function picturesIn(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => PICTURE.test(file.type));
}

/** Put pictures among those that `form` is to send: how many wait there then, 0 where it takes none. */
export function takePictures(form, pictures) {
  const input = form.querySelector('input[type="file"][multiple]');
  if (!input) return 0;
  const all = new DataTransfer();
  for (const file of [...input.files, ...pictures]) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
  return input.files.length;
}
